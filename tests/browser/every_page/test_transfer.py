"""How much goes over the wire."""

from datetime import UTC, datetime, timedelta

from playwright.sync_api import CDPSession, Page, Request, expect

from tests.browser.site import OFFERS
from tests.browser.steps import open_offers, requests_of, see_requests_until_now


class Transfers:
    """Sizes in bytes of all answers from now on, heads included."""

    def __init__(self, page: Page) -> None:
        self.sizes: list[float] = []
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("Network.enable")
        self._devtools.send("Network.clearBrowserCache")
        self._devtools.on(
            "Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"])
        )


MOST_REQUESTS = 8
MOST_BYTES = 45 * 1024
MOST_SCRIPT = 20 * 1024
#: Bytes of our own sheets and scripts as they stand in the repository, those loaded later by a script included.
WEIGHTS = """() => Object.fromEntries([".css", ".js"].map((ending) => [ending, performance.getEntriesByType("resource")
  .filter(({ name }) => name.endsWith(ending) && !name.includes("/htmx"))
  .reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)]))"""


def first_visit(page: Page) -> Transfers:
    """A visit to 25 rows with an empty cache, by a browser whose pages come in one piece however long they take."""
    page.context.clear_cookies(name="scripts")
    transfers = Transfers(page)
    open_offers(page, "?page[size]=25")
    page.wait_for_load_state("networkidle")
    return transfers


def test_a_first_visit_is_small(page: Page):
    # What comes from the browser's cache all the same, as the icon does, is no request.
    sizes = [size for size in first_visit(page).sizes if size]
    assert len(sizes) <= MOST_REQUESTS
    assert sum(sizes) <= MOST_BYTES


def test_a_list_takes_little_of_our_own_sheets_and_scripts(page: Page):
    first_visit(page)
    weights = page.evaluate(WEIGHTS)
    assert 0 < weights[".css"] <= 32 * 1024
    assert 0 < weights[".js"] <= MOST_SCRIPT


def is_wanted(request: Request) -> bool:
    """Whether it is for the list; what the pointer over a link has fetched ahead waits at the server for this one."""
    return OFFERS in request.url and "x-ahead" not in request.headers


def test_sorting_and_paging_make_one_request_each_and_carry_the_results_alone(page: Page):
    open_offers(page)
    page.wait_for_load_state("networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if is_wanted(request) else None)
    with page.expect_response(lambda response: is_wanted(response.request)) as sorting:
        page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    assert sorting.value.text().strip().startswith('<div id="results"')
    assert "<html" not in sorting.value.text()

    with page.expect_response(lambda response: is_wanted(response.request)) as paging:
        page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51–")
    page.wait_for_load_state("networkidle")
    assert len(asked) == 2
    assert paging.value.text().strip().startswith('<div id="results"')


def stop_the_clock(page: Page) -> None:
    """Nothing that waits for a pause in typing comes, however long the machine takes, until `page.clock.resume`."""
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))


def of_the_list(asked: list[str]) -> list[str]:
    """The bell asks too, of itself."""
    return [url for url in asked if OFFERS in url]


def test_typing_fast_asks_once(page: Page):
    page.clock.install()
    open_offers(page)
    page.wait_for_load_state("networkidle")
    asked = requests_of(page)
    stop_the_clock(page)
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("Verdant")
    assert of_the_list(asked) == []
    page.clock.resume()
    expect(page.get_by_role("link", name="Remove filter: Name contains Verdant")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(of_the_list(asked)) == 1


def test_pressing_enter_asks_once_and_at_once(page: Page):
    page.clock.install()
    open_offers(page)
    page.wait_for_load_state("networkidle")
    asked = requests_of(page)
    stop_the_clock(page)
    search = page.get_by_role("main").get_by_role("searchbox")
    search.fill("Verdant")
    search.press("Enter")
    page.clock.resume()
    expect(page.get_by_role("link", name="Remove filter: Name contains Verdant")).to_be_visible()
    # Longer than typing has to pause before it asks by itself.
    page.clock.run_for(10_000)
    last = see_requests_until_now(page)
    assert len(of_the_list(asked)) == 2
    assert of_the_list(asked)[-1] == last
