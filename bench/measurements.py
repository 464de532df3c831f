"""The measurements of pages: each function returns figures with their goals."""

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import requests
from playwright.sync_api import sync_playwright

from bench.server_stack import ADMIN_KEY, EMAIL, PASSWORD, Stack
from tests.support.chromium import find_chromium

LIST = "/integrations/int-eu/offers/"
ROUNDS = 30


@dataclass(frozen=True)
class Figure:
    """One measured figure and what it may be at most."""

    name: str
    value: float
    goal: float
    unit: str


def show(figures: Sequence[Figure]) -> int:
    """Print each figure beside its goal; 1 when one is missed."""
    missed = 0
    for figure in figures:
        is_missed = bool(figure.goal) and figure.value > figure.goal
        missed += is_missed
        goal = f"at most {figure.goal:g} {figure.unit}" if figure.goal else ""
        print(
            f"{figure.name:<60} {figure.value:>9.2f} {figure.unit:<3} {goal}{'  MISSED' if is_missed else ''}"
        )
    return int(bool(missed))


def machine() -> list[Figure]:
    """Processor time of a fixed piece of work: absolute figures of one run mean little beside those of another."""
    started, total = time.process_time(), 0
    for number in range(5_000_000):
        total += number * number
    used = (time.process_time() - started) * 1000
    return [Figure("this machine: five million multiplications", used, 0, "ms")]


def list_page_ratio(stack: Stack) -> list[Figure]:
    """A list page of 25 rows against the bare API call, in turn, with an API that takes 50 ms."""
    return _page_and_call(stack, "list page", f"{LIST}?page[size]=25", f"{LIST.rstrip('/')}?page[size]=25")


def report_page_ratio(stack: Stack) -> list[Figure]:
    """A page of 25 conversions against the bare API call, in turn, with an API that takes 50 ms."""
    day = (datetime.now(UTC) - timedelta(days=1)).date()
    query = (
        f"?integration_id=int-eu&start_time={day}+00:00:00&end_time={day}+23:59:59&timezone=UTC&page[size]=25"
    )
    return _page_and_call(
        stack, "report page", f"/reports/conversions/{query}", f"/reports/v2/conversion-table{query}"
    )


def _page_and_call(stack: Stack, name: str, page_path: str, call_path: str) -> list[Figure]:
    stack.latency(50)
    session, bare = stack.signed_in(), requests.Session()
    bare.headers["API-KEY"] = ADMIN_KEY

    def page() -> None:
        session.get(f"{stack.site_url}{page_path}", timeout=10, allow_redirects=False).raise_for_status()

    def call() -> None:
        bare.get(f"{stack.api_url}{call_path}", timeout=10).raise_for_status()

    page()
    call()
    pages, calls = [], []
    for _ in range(ROUNDS):
        pages.append(_seconds(page))
        calls.append(_seconds(call))
    ratio = statistics.median(pages) / statistics.median(calls)
    return [
        Figure(f"bare API call of a {name}, 25 rows, 50 ms", statistics.median(calls) * 1000, 0, "ms"),
        Figure(f"{name}, 25 rows, 50 ms latency", statistics.median(pages) * 1000, 0, "ms"),
        Figure(f"{name} / bare API call", ratio, 1.5, "×"),
    ]


def list_page_cpu(stack: Stack) -> list[Figure]:
    """Processor time of the web server for one list page, names cached."""
    stack.latency(0)
    session = stack.signed_in()
    figures = []
    for rows, goal in ((25, 10.0), (100, 20.0)):
        url = f"{stack.site_url}{LIST}?page[size]={rows}"
        for _ in range(10):
            session.get(url, timeout=10).raise_for_status()
        before, count = stack.web_cpu_seconds(), 200
        for _ in range(count):
            session.get(url, timeout=10)
        used = (stack.web_cpu_seconds() - before) / count * 1000
        figures.append(Figure(f"CPU of a list page, {rows} rows", used, goal, "ms"))
    return figures


def first_visit(stack: Stack) -> list[Figure]:
    """Bytes and requests over the wire in a real browser: first visit to rows, then one sort and one page click."""
    stack.latency(0)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        page.goto(f"{stack.site_url}/account/login/")
        page.locator("input[name=login]").fill(EMAIL)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("button[type=submit], form button").first.click()
        page.wait_for_url(lambda url: "/account/" not in url)
        page.wait_for_load_state("networkidle")
        devtools = page.context.new_cdp_session(page)
        devtools.send("Network.enable")
        devtools.send("Network.clearBrowserCache")
        sizes: list[float] = []

        def note(event: dict[str, float]) -> None:
            # What comes from the browser's cache, as the icon does at each new address, is no request.
            if event["encodedDataLength"]:
                sizes.append(event["encodedDataLength"])

        devtools.on("Network.loadingFinished", note)
        page.goto(f"{stack.site_url}{LIST}")
        page.locator("tbody tr").first.wait_for()
        page.wait_for_load_state("networkidle")
        first, requests_made = sum(sizes), len(sizes)
        sizes.clear()
        page.locator("thead a").first.click()
        page.locator("th[aria-sort=ascending]").wait_for()
        page.wait_for_load_state("networkidle")
        sort, sort_requests = sum(sizes), len(sizes)
        browser.close()
    return [
        Figure("first visit to rows, bytes over the wire", first / 1024, 80, "KB"),
        Figure("first visit to rows, requests", requests_made, 8, ""),
        Figure("a sort click, bytes over the wire", sort / 1024, 20, "KB"),
        Figure("a sort click, requests", sort_requests, 1, ""),
    ]


def _seconds(work: Callable[[], None]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
