"""What a day's steps are timed in: our pages, Django's admin and the react-admin build, each in its own window."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

import requests
from playwright.sync_api import Browser, BrowserContext, Page

from bench.beside_admin import PLAIN_LIST
from bench.measurements import LIST

WATCH = (Path(__file__).parent / "watch_steps.js").read_text(encoding="utf-8")
#: Where the step is over and how long it took; None until then.
TOOK = "() => window.stepMilliseconds?.() ?? null"


@dataclass
class Product:
    """One of the three, in a window of its own."""

    name: ClassVar[str]
    #: A page that nobody need be signed in for and that has nothing of the list, below the product's address.
    entrance: ClassVar[str]
    #: What stands below the rows of a list that is drawn.
    foot: ClassVar[str]
    #: What is clicked: the head of the column of names, the second page, the name of the first record.
    name_head: ClassVar[str]
    next_link: ClassVar[str]
    record_link: ClassVar[str]
    search_box: ClassVar[str]
    #: Whether rows come while one types, so that no Enter is needed.
    filters_as_typed: ClassVar[bool] = True

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

    def click_once_there(self, selector: str) -> None:
        """A click with the mouse in the frame that has the button: Playwright's own looks are up to 100 ms apart."""
        self.page.wait_for_function(
            "selector => document.querySelector(selector)", arg=selector, polling="raf"
        )
        self.page.locator(selector).click()

    @property
    def list_path(self) -> str:
        """The list of offers, with as many rows as are wanted."""
        raise NotImplementedError

    def switch_page(self, act: str) -> None:
        """All rows of the page ticked and switched off or on."""
        raise NotImplementedError

    def open_list(self) -> None:
        """The list of offers, as it is after its first look."""
        self.page.goto(f"{self.url}{self.list_path}", wait_until="networkidle")
        # Where the processor is slow, the list may come after its frame, and the network be idle between the two.
        self.page.locator(self.foot).first.wait_for()

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


class Ours(Product):
    """Our pages."""

    name = "ours"
    # Where a sign-in leads to is the start page, whose panels are not what is measured.
    entrance = "/account/login/"
    foot = "#pager-next:visible"
    name_head = "#results thead th.name-cell a"
    next_link = "#pager-next"
    record_link = "#results tbody th a"
    search_box = "#search"

    @property
    def list_path(self) -> str:
        """The list of offers."""
        return f"{LIST}?page[size]={self.rows}"

    def switch_page(self, act: str) -> None:
        """By selectors as in the others: a look through the tree of accessible names would be timed along."""
        self.page.locator("[data-select-page]").click()
        self.page.locator(f"button[form=bulk][value={act}]").click()
        self.click_once_there("#dialog[open] button.primary")


class DjangoAdmin(Product):
    """Django's own admin over a local table."""

    name = "Django admin"
    entrance = "/login/"
    foot = ".paginator"
    name_head = "#result_list th.column-name a"
    next_link = ".paginator a[href*='p=2']"
    record_link = "#result_list th.field-name a"
    search_box = "#searchbar"
    filters_as_typed = False

    @property
    def list_path(self) -> str:
        """The list of offers, which has as many rows as its settings say."""
        return PLAIN_LIST

    def switch_page(self, act: str) -> None:
        """By its select of actions."""
        self.page.locator("#action-toggle").click()
        self.page.locator("select[name=action]").select_option(act)
        self.page.locator("button[name=index]").click()


class ReactAdmin(Product):
    """The react-admin build of the same lists (bench/react_admin)."""

    name = "react-admin"
    # Of the admin that serves it.
    entrance = "/login/"
    foot = ".MuiPagination-root"
    name_head = "thead .column-name [data-field=name]"
    next_link = "button[aria-label='Go to next page']"
    record_link = "tbody td.column-name"
    search_box = "input[name=q]"

    @property
    def list_path(self) -> str:
        """Said in full: what is not said is as the last visit left it."""
        asked = {"page": 1, "perPage": self.rows, "sort": "id", "order": "DESC", "filter": "{}"}
        return f"/react/index.html#/offers?{urlencode(asked)}"

    def open_list(self) -> None:
        """From another document: an address that differs behind its hash alone would load nothing anew."""
        self.page.goto("about:blank")
        super().open_list()

    def switch_page(self, act: str) -> None:
        """By its buttons over the selection, and the confirmation."""
        self.page.locator("thead input[type=checkbox]").click()
        self.click_once_there(f"button.switch-{act}")
        self.click_once_there(".ra-confirm")
