"""How much goes over the wire."""

from playwright.sync_api import CDPSession, Page, expect

from tests.browser.site import OFFERS
from tests.browser.steps import open_offers, requests_of, see_requests_until_now


class Transfers:
    """Sizes in bytes of all answers from now on, heads included."""

    def __init__(self, page: Page) -> None:
        self.sizes: list[float] = []
        self._devtools: CDPSession = page.context.new_cdp_session(page)
        self._devtools.send("Network.enable")
        self._devtools.on(
            "Network.loadingFinished", lambda event: self.sizes.append(event["encodedDataLength"])
        )


def test_a_first_visit_is_small(page: Page):
    transfers = Transfers(page)
    open_offers(page)
    page.wait_for_load_state("networkidle")
    assert len(transfers.sizes) <= 8
    assert sum(transfers.sizes) <= 80 * 1024


def test_sorting_and_paging_make_one_request_each_and_carry_the_results_alone(page: Page):
    open_offers(page)
    page.wait_for_load_state("networkidle")
    asked = requests_of(page)
    with page.expect_response(lambda response: OFFERS in response.url) as sorting:
        page.get_by_role("columnheader", name="Name").get_by_role("link").click()
    expect(page.get_by_role("columnheader", name="Name")).to_have_attribute("aria-sort", "ascending")
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1
    assert sorting.value.text().strip().startswith('<div id="results"')
    assert "<html" not in sorting.value.text()

    with page.expect_response(lambda response: OFFERS in response.url) as paging:
        page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("navigation", name="Pages")).to_contain_text("51–")
    page.wait_for_load_state("networkidle")
    assert len(asked) == 2
    assert paging.value.text().strip().startswith('<div id="results"')


def test_typing_fast_asks_once(page: Page):
    open_offers(page)
    page.wait_for_load_state("networkidle")
    asked = requests_of(page)
    page.get_by_role("main").get_by_role("searchbox").press_sequentially("Verdant", delay=30)
    expect(page.get_by_role("link", name="Remove filter: Name contains Verdant")).to_be_visible()
    page.wait_for_load_state("networkidle")
    assert len(asked) == 1


def test_pressing_enter_asks_once_and_at_once(page: Page):
    page.clock.install()
    open_offers(page)
    page.wait_for_load_state("networkidle")
    asked = requests_of(page)
    search = page.get_by_role("main").get_by_role("searchbox")
    search.fill("Verdant")
    search.press("Enter")
    expect(page.get_by_role("link", name="Remove filter: Name contains Verdant")).to_be_visible()
    # Longer than typing has to pause before it asks by itself.
    page.clock.run_for(10_000)
    last = see_requests_until_now(page)
    assert len(asked) == 2
    assert asked[-1] == last
