"""The steps of a day in a real browser, ours and Django admin's in turn: `python -m bench.browser_steps`.

Each step is timed inside the page, from the click or key to the frame that shows its end (watch_steps.js), over five
rounds (`ROUNDS=1` for a quick look); a ratio is the median of the rounds' ratios. Words after it choose the steps whose
names have one of them: `python -m bench.browser_steps "open a record"`.
"""

import os
import statistics
import sys
from collections.abc import Callable, Sequence
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
    # It leads to the start page, whose panels are not what is measured.
    entrance = f"{product.url}/account/login/" if product.is_ours else f"{product.url}/login/"
    product.page.goto(entrance, wait_until="networkidle")
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
        # By selectors as in the admin: a look through the tree of accessible names would be timed along.
        page.locator("[data-select-page]").click()
        page.locator(f"button[form=bulk][value={act}]").click()
        page.locator("#dialog button.primary").click()
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


@dataclass(frozen=True)
class Timed:
    """A step with its goal: a ratio to the admin's, or a time where the admin has no such step."""

    name: str
    step: Step
    goal: float
    is_alone: bool = False
    #: Of the API, before each of its answers.
    latency: int = 0

    def figures(self, stack: Stack, ours: Product, plain: Product) -> list[Figure]:
        """Of both, round by round in turn; the first round warms them."""
        stack.latency(self.latency)
        rounds = [(self.step(ours), 0.0 if self.is_alone else self.step(plain)) for _ in range(ROUNDS + 1)][
            1:
        ]
        stack.latency(0)
        print(
            f"  {self.name}: " + ", ".join(f"{our:.0f}/{plain:.0f}" for our, plain in rounds),
            file=sys.stderr,
            flush=True,
        )
        ours_took = statistics.median(our for our, _plain in rounds)
        if self.is_alone:
            return [Figure(self.name, ours_took, self.goal, "ms")]
        return [
            Figure(self.name, ours_took, 0, "ms"),
            Figure("  in Django admin", statistics.median(plain for _our, plain in rounds), 0, "ms"),
            Figure(
                "  ours / Django admin's",
                statistics.median(our / plain for our, plain in rounds),
                self.goal,
                "×",
            ),
        ]


FEW_ROWS = [
    Timed("first visit to 25 rows", first_visit, 0.6),
    Timed("sort, 25 rows", sort, 0.5),
    Timed("next page, 25 rows", next_page, 0.5),
    Timed("next page after intent, 25 rows", intended, 30, is_alone=True),
    Timed("filter typed, its last letter to its rows", typed_filter, 250, is_alone=True),
    Timed("filter and Enter at once", entered_filter, 0.6),
    Timed("open a record", open_record, 0.7),
    Timed("25 rows switched off or on and read back, API of 50 ms", switch_all, 1.2, latency=50),
]
MANY_ROWS = [
    Timed("sort, 100 rows", sort, 0.5),
    Timed("next page, 100 rows", next_page, 0.5),
]
#: On a processor that is four times slower.
MANY_ROWS_SLOWLY = [
    Timed("sort, 100 rows, processor 4 × slower", sort, 0.7),
    Timed("next page, 100 rows, processor 4 × slower", next_page, 0.7),
]


def browser_steps(stack: Stack, names: Sequence[str] = ()) -> list[Figure]:
    """Every step of ours beside the admin's, or those whose names have one of these texts in them."""
    figures: list[Figure] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for rows, times, steps in ((25, 1, FEW_ROWS), (100, 1, MANY_ROWS), (100, 4, MANY_ROWS_SLOWLY)):
            wanted = [timed for timed in steps if not names or any(name in timed.name for name in names)]
            if not wanted:
                continue
            with plain_admin(stack, rows=rows) as admin:
                ours = Product(True, stack.site_url, stack.signed_in(), browser, rows)
                plain = Product(False, admin.url, admin.signed_in(), browser, rows)
                for product in (ours, plain):
                    product.open_window()
                    if times > 1:
                        product.slow_down(times)
                for timed in wanted:
                    figures += timed.figures(stack, ours, plain)
        browser.close()
    return figures


def main() -> int:
    """Measure and print."""
    with running_stack() as stack:
        figures = [*machine(), *browser_steps(stack, sys.argv[1:]), *machine()]
    return show(figures)


if __name__ == "__main__":
    sys.exit(main())
