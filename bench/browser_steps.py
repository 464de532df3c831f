"""A day's steps in a real browser, ours, Django admin's and react-admin's in turn: `python -m bench.browser_steps`.

Each step is timed inside the page, from the click or key to the frame that shows its end (watch_steps.js), over five
rounds (`ROUNDS=1` for a quick look); a ratio is the median of the rounds' ratios. Words after it choose the steps whose
names have one of them: `python -m bench.browser_steps "open a record"`. Where npm is missing react-admin is left out.
"""

import os
import statistics
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from playwright.sync_api import Browser, sync_playwright

from bench.beside_admin import PlainAdmin, plain_admin
from bench.measurements import Figure, machine, show
from bench.products import DjangoAdmin, Ours, Product, ReactAdmin
from bench.react_admin.build import build
from bench.server_stack import Stack, running_stack
from tests.support.chromium import find_chromium

ROUNDS = int(os.environ.get("ROUNDS", "5"))


def click(selector: str) -> str:
    """A click, in JavaScript."""
    return f"document.querySelector({selector!r}).click()"


def first_visit(product: Product) -> float:
    """From nothing to 25 rows, the browser's cache empty."""
    product.open_window()
    product.page.goto(f"{product.url}{product.entrance}", wait_until="networkidle")
    product.window.new_cdp_session(product.page).send("Network.clearBrowserCache")
    return product.timed("rows", f"location.assign({product.url + product.list_path!r})")


def sort(product: Product) -> float:
    """A click on the head of a column."""
    product.open_list()
    return product.timed("rows", click(product.name_head))


def next_page(product: Product) -> float:
    """A click on the second page."""
    product.open_list()
    return product.timed("rows", click(product.next_link))


def open_record(product: Product) -> float:
    """A click on the name of a record."""
    product.open_list()
    return product.timed("record", click(product.record_link))


def typed_filter(product: Product) -> float:
    """From the last letter of a name to its rows; from Enter where no rows come without it."""
    return _filter(product, enter=not product.filters_as_typed)


def entered_filter(product: Product) -> float:
    """A name and Enter at once."""
    return _filter(product, enter=True)


def _filter(product: Product, *, enter: bool) -> float:
    product.open_list()
    product.page.locator(product.search_box).first.focus()
    product.page.keyboard.insert_text("Halcyo")
    product.page.evaluate("beginStep('rows')")
    product.page.keyboard.insert_text("n")
    if enter:
        product.page.keyboard.press("Enter")
    return product.over()


def switch_all(product: Product) -> float:
    """All 25 of the page ticked and deactivated, in the next round activated, and the page that says so."""
    product.open_list()
    act = product.switch
    product.switch = "activate" if act == "deactivate" else "deactivate"
    product.page.evaluate("beginStep('done')")
    product.switch_page(act)
    return product.over()


Step = Callable[[Product], float]


def intended(product: Product) -> float:
    """The second page, once the mouse was on its link for long enough that it was asked for."""
    product.open_list()
    with product.page.expect_response(lambda answer: "page[number]=2" in answer.url):
        product.page.hover(product.next_link)
    return product.timed("rows", click(product.next_link))


@dataclass(frozen=True)
class Timed:
    """A step, how long it may take, and the others that have it, each with the most that ours may be of it."""

    name: str
    step: Step
    beside: Mapping[type[Product], float] = field(default_factory=dict)
    milliseconds: float = 0
    #: Of the API, before each of its answers.
    latency: int = 0

    def figures(self, stack: Stack, products: Sequence[Product]) -> list[Figure]:
        """Of ours and of the others, round by round in turn; the first round warms them."""
        stack.latency(self.latency)
        measured = [product for product in products if isinstance(product, (Ours, *self.beside))]
        rounds = [[self.step(product) for product in measured] for _ in range(ROUNDS + 1)][1:]
        stack.latency(0)
        said = ", ".join("/".join(f"{took:.0f}" for took in each) for each in rounds)
        print(f"  {self.name}: {said}", file=sys.stderr, flush=True)
        ours, *others = zip(*rounds, strict=True)
        figures = [Figure(self.name, statistics.median(ours), self.milliseconds, "ms")]
        for product, took in zip(measured[1:], others, strict=True):
            ratio = statistics.median(our / its for our, its in zip(ours, took, strict=True))
            figures += [
                Figure(f"  in {product.name}", statistics.median(took), 0, "ms"),
                Figure(f"  ours / {product.name}'s", ratio, self.beside[type(product)], "×"),
            ]
        return figures


FEW_ROWS = [
    Timed("first visit to 25 rows", first_visit, {DjangoAdmin: 0.6, ReactAdmin: 0.3}),
    Timed("sort, 25 rows", sort, {DjangoAdmin: 0.5, ReactAdmin: 0}),
    Timed("next page, 25 rows", next_page, {DjangoAdmin: 0.5, ReactAdmin: 0}),
    Timed("next page after intent, 25 rows", intended, milliseconds=30),
    Timed("filter typed, its last letter to its rows", typed_filter, {ReactAdmin: 0}, milliseconds=250),
    Timed("filter and Enter at once", entered_filter, {DjangoAdmin: 0.6, ReactAdmin: 0}),
    Timed("open a record", open_record, {DjangoAdmin: 0.7, ReactAdmin: 0}),
    Timed(
        "25 rows switched off or on and read back, API of 50 ms",
        switch_all,
        {DjangoAdmin: 1.2, ReactAdmin: 0},
        latency=50,
    ),
]
MANY_ROWS = [
    Timed("sort, 100 rows", sort, {DjangoAdmin: 0.5, ReactAdmin: 0}),
    Timed("next page, 100 rows", next_page, {DjangoAdmin: 0.5, ReactAdmin: 0}),
]
#: On a processor that is four times slower.
MANY_ROWS_SLOWLY = [
    Timed("sort, 100 rows, processor 4 × slower", sort, {DjangoAdmin: 0.7, ReactAdmin: 0}),
    Timed("next page, 100 rows, processor 4 × slower", next_page, {DjangoAdmin: 0.7, ReactAdmin: 0}),
]


def browser_steps(stack: Stack, names: Sequence[str] = ()) -> list[Figure]:
    """Every step of ours beside the others', or those whose names have one of these texts in them."""
    figures: list[Figure] = []
    react_admin = build()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        for rows, times, steps in ((25, 1, FEW_ROWS), (100, 1, MANY_ROWS), (100, 4, MANY_ROWS_SLOWLY)):
            wanted = [timed for timed in steps if not names or any(name in timed.name for name in names)]
            if not wanted:
                continue
            with plain_admin(stack, rows=rows, react_admin=react_admin) as admin:
                products = _products(stack, admin, browser, rows, has_react_admin=react_admin is not None)
                for product in products:
                    product.open_window()
                    if times > 1:
                        product.slow_down(times)
                for timed in wanted:
                    figures += timed.figures(stack, products)
        browser.close()
    return figures


def _products(
    stack: Stack, admin: PlainAdmin, browser: Browser, rows: int, *, has_react_admin: bool
) -> list[Product]:
    products: list[Product] = [
        Ours(stack.site_url, stack.signed_in(), browser, rows),
        DjangoAdmin(admin.url, admin.signed_in(), browser, rows),
    ]
    if has_react_admin:
        products.append(ReactAdmin(admin.url, admin.signed_in(), browser, rows))
    return products


def main() -> int:
    """Measure and print."""
    with running_stack() as stack:
        figures = [*machine(), *browser_steps(stack, sys.argv[1:]), *machine()]
    return show(figures)


if __name__ == "__main__":
    sys.exit(main())
