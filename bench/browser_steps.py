"""The steps of a day in a real browser, ours and Django admin's in turn: `python -m bench.browser_steps`.

Each step is timed inside the page, from the click or key to the frame that shows its end (watch_steps.js), over five
rounds (`ROUNDS=1` for a quick look); a ratio is the median of the rounds' ratios.
"""

import os
import re
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import requests
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.beside_admin import PLAIN_LIST, plain_admin
from bench.measurements import LIST, Figure, machine, show
from bench.server_stack import Stack, running_stack
from tests.support.chromium import find_chromium

ROUNDS = int(os.environ.get("ROUNDS", "5"))
WATCH = (Path(__file__).parent / "watch_steps.js").read_text(encoding="utf-8")
#: Where the step is over and how long it took; None until then.
TOOK = "() => window.stepMilliseconds?.() ?? null"


@dataclass
class Product:
    """One of the two, in a window of its own."""

    is_ours: bool
    url: str
    session: requests.Session
    browser: Browser
    #: On a page of the list.
    rows: int
    #: What the next round does to all rows of the page: what the last one did would change nothing.
    switch: str = "deactivate"
    window: BrowserContext = field(init=False)
    page: Page = field(init=False)

    def open_window(self) -> None:
        """A new window, signed in, with an empty cache."""
        if hasattr(self, "window"):
            self.window.close()
        self.window = self.browser.new_context(viewport={"width": 1440, "height": 900})
        self.window.add_init_script(WATCH)
        self.window.add_cookies(
            [{"name": each.name, "value": each.value or "", "url": self.url} for each in self.session.cookies]
        )
        self.page = self.window.new_page()

    @property
    def list_address(self) -> str:
        """The list of offers; the admin has as many rows as its settings say."""
        return f"{self.url}{LIST}?page[size]={self.rows}" if self.is_ours else f"{self.url}{PLAIN_LIST}"

    def open_list(self) -> None:
        """The list of offers, as it is after its first look."""
        self.page.goto(self.list_address, wait_until="networkidle")
        # Where the processor is slow, the list may come after its frame, and the network be idle between the two.
        self.page.locator(f"{NEXT}:visible, .paginator").first.wait_for()

    def slow_down(self, times: int) -> None:
        """Have the page's processor be so many times slower than this machine's."""
        devtools = self.window.new_cdp_session(self.page)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": times})

    def timed(self, step: str, act: str) -> float:
        """Milliseconds from an act in the page, in JavaScript, to the end of the step."""
        self.page.evaluate(f"() => {{ beginStep('{step}'); {act} }}")
        return self.over()

    def over(self) -> float:
        """Milliseconds of the step that was begun, once it is over."""
        return float(self.page.wait_for_function(TOOK, polling=20, timeout=60_000).json_value())


def click(selector: str) -> str:
    """A click, in JavaScript."""
    return f"document.querySelector({selector!r}).click()"


def first_visit(product: Product) -> float:
    """From nothing to 25 rows, the browser's cache empty."""
    product.open_window()
    product.page.goto(f"{product.url}/account/login/" if product.is_ours else f"{product.url}/login/")
    product.window.new_cdp_session(product.page).send("Network.clearBrowserCache")
    return product.timed("rows", f"location.assign({product.list_address!r})")


def sort(product: Product) -> float:
    """A click on the head of a column."""
    product.open_list()
    return product.timed(
        "rows", click("#results thead th.name-cell a" if product.is_ours else "#result_list th.column-name a")
    )


def next_page(product: Product) -> float:
    """A click on the second page."""
    product.open_list()
    return product.timed("rows", click(NEXT if product.is_ours else ".paginator a[href*='p=2']"))


def open_record(product: Product) -> float:
    """A click on the name of a record."""
    product.open_list()
    return product.timed(
        "record", click("#results tbody th a" if product.is_ours else "#result_list th.field-name a")
    )


def typed_filter(product: Product) -> float:
    """From the last letter of a name to its rows; in the admin from Enter."""
    return _filter(product, enter=not product.is_ours)


def entered_filter(product: Product) -> float:
    """A name and Enter at once."""
    return _filter(product, enter=True)


def _filter(product: Product, *, enter: bool) -> float:
    product.open_list()
    box = product.page.locator("#search" if product.is_ours else "#searchbar").first
    box.focus()
    product.page.keyboard.insert_text("Halcyo")
    product.page.evaluate("beginStep('rows')")
    product.page.keyboard.insert_text("n")
    if enter:
        product.page.keyboard.press("Enter")
    return product.over()


def switch_all(product: Product) -> float:
    """All 25 of the page ticked and deactivated, in the next round activated, and the page that says so."""
    product.open_list()
    page, act = product.page, product.switch
    product.switch = "activate" if act == "deactivate" else "deactivate"
    page.evaluate("beginStep('done')")
    if product.is_ours:
        page.locator("[data-select-page]").click()
        page.get_by_role("button", name=f"{act.capitalize()}…", exact=True).click()
        page.get_by_role("button", name=re.compile(rf"^{act.capitalize()} \d+ offers?$")).click()
    else:
        page.locator("#action-toggle").click()
        page.locator("select[name=action]").select_option(act)
        page.locator("button[name=index]").click()
    return product.over()


NEXT = "#pager-next"
Step = Callable[[Product], float]


def intended(product: Product) -> float:
    """The second page, once the mouse was on its link for long enough that it was asked for."""
    product.open_list()
    with product.page.expect_response(lambda answer: "page[number]=2" in answer.url):
        product.page.hover(NEXT)
    return product.timed("rows", click(NEXT))


def in_turn(name: str, step: Step, ours: Product, plain: Product, goal: float) -> list[Figure]:
    """A step of both, round by round; the first round warms them."""
    rounds = [(step(ours), step(plain)) for _ in range(ROUNDS + 1)][1:]
    print(
        f"  {name}: " + ", ".join(f"{our:.0f}/{plain:.0f}" for our, plain in rounds),
        file=sys.stderr,
        flush=True,
    )
    return [
        Figure(name, statistics.median(our for our, _plain in rounds), 0, "ms"),
        Figure("  in Django admin", statistics.median(plain for _our, plain in rounds), 0, "ms"),
        Figure("  ours / Django admin's", statistics.median(our / plain for our, plain in rounds), goal, "×"),
    ]


def alone(name: str, step: Step, product: Product, goal: float) -> list[Figure]:
    """A step that the admin has not, or whose goal is a time."""
    return [Figure(name, statistics.median([step(product) for _ in range(ROUNDS + 1)][1:]), goal, "ms")]


def with_few_rows(stack: Stack, ours: Product, plain: Product) -> list[Figure]:
    """The steps of lists of 25 rows and of a record."""
    figures = [
        *in_turn("first visit to 25 rows", first_visit, ours, plain, 0.6),
        *in_turn("sort, 25 rows", sort, ours, plain, 0.5),
        *in_turn("next page, 25 rows", next_page, ours, plain, 0.5),
        *alone("next page after intent, 25 rows", intended, ours, 30),
        *alone("filter typed, its last letter to its rows", typed_filter, ours, 250),
        *in_turn("filter and Enter at once", entered_filter, ours, plain, 0.6),
        *in_turn("open a record", open_record, ours, plain, 0.7),
    ]
    stack.latency(50)
    figures += in_turn("25 rows switched off or on and read back, API of 50 ms", switch_all, ours, plain, 1.2)
    stack.latency(0)
    return figures


def with_many_rows(stack: Stack, ours: Product, plain: Product) -> list[Figure]:
    """The steps of lists of 100 rows, on this processor and on one that is four times slower."""
    figures = [
        *in_turn("sort, 100 rows", sort, ours, plain, 0.5),
        *in_turn("next page, 100 rows", next_page, ours, plain, 0.5),
    ]
    for product in (ours, plain):
        product.slow_down(4)
    return [
        *figures,
        *in_turn("sort, 100 rows, processor 4 × slower", sort, ours, plain, 0.7),
        *in_turn("next page, 100 rows, processor 4 × slower", next_page, ours, plain, 0.7),
    ]


def browser_steps(stack: Stack) -> list[Figure]:
    """Every step of ours beside the admin's, and what may be no more than a time."""
    stack.latency(0)
    figures = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for rows, measure in ((25, with_few_rows), (100, with_many_rows)):
            with plain_admin(stack, rows=rows) as admin:
                ours = Product(True, stack.site_url, stack.signed_in(), browser, rows)
                plain = Product(False, admin.url, admin.signed_in(), browser, rows)
                for product in (ours, plain):
                    product.open_window()
                figures += measure(stack, ours, plain)
        browser.close()
    return figures


def main() -> int:
    """Measure and print."""
    with running_stack() as stack:
        figures = [*machine(), *browser_steps(stack), *machine()]
    return show(figures)


if __name__ == "__main__":
    sys.exit(main())
