"""The pages of the three reports: rows, cursors both ways, and one call for each page."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.reports.conftest import CLICKS, CONVERSIONS, IMPRESSIONS, OPERATIONS, address, hours_ago, visit
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db


def row_of(link: str) -> str:
    return parse_qs(urlsplit(link).query)["row"][0]


def rows_of(page: Page) -> list[str]:
    """The ids of the table's rows, from the top."""
    return [row_of(th.inner[0]["href"]) for th in page.all("th", scope="row")]


def next_link(page: Page, relation: str) -> str:
    return next((a["href"] for a in page.all("a", rel=relation)), "")


@pytest.mark.parametrize("path", [CLICKS, CONVERSIONS, IMPRESSIONS])
def test_a_report_is_one_call_and_shows_its_rows(admin_client, calls, path):
    page = visit(admin_client, address(path))
    assert calls() == [OPERATIONS[path]]
    assert len(page.rows) == 50
    assert "Rows 1–50 so far" in page.text
    assert "does not sort reports" in page.text
    assert not page.all("th", aria_sort="ascending")


def test_the_time_stands_first_in_the_zone_asked_for(admin_client, sandbox):
    page = visit(admin_client, address())
    [asked] = sandbox.journal("conversionReport")
    assert dict(asked["query"])["timezone"] == "Europe/Berlin"
    assert page.all("th", scope="col")[0].text == "Conversion time, Europe/Berlin"
    end = parse_qs(urlsplit(address()).query)["end_time"][0]
    times = [datetime.strptime(text, "%d %b %Y, %H:%M:%S") for text in page.rows]
    assert times[0] <= datetime.fromisoformat(end)
    assert times == sorted(times, reverse=True)


def test_a_whole_range_is_walked_to_its_end_and_back_with_every_row_once(admin_client):
    start = address(page_size="100", start_time=hours_ago(14))
    page, forth, positions = visit(admin_client, start), [], []
    while True:
        forth.append(rows_of(page))
        positions.append(page.one("p", class_="pager-range").text)
        older = next_link(page, "next")
        if not older:
            break
        page = visit(admin_client, older, fragment=True)
    back = [rows_of(page)]
    while newer := next_link(page, "prev"):
        page = visit(admin_client, newer, fragment=True)
        back.append(rows_of(page))
    every = [row for rows in forth for row in rows]
    assert len(every) == len(set(every)) > 500
    assert positions[:2] == ["Rows 1–100 so far", "Rows 101–200 so far"]
    assert [row for rows in reversed(back) for row in rows] == every
    assert page.one("p", class_="pager-range").text == "Rows 1–100 so far"


def test_new_rows_do_not_shift_the_page_that_is_read(admin_client):
    older = next_link(visit(admin_client, address(end_time=hours_ago(3))), "next")
    before = rows_of(visit(admin_client, older))
    # To the API an end that lies later is the same as rows that came since.
    later = address(
        end_time=hours_ago(1), page_after=parse_qs(urlsplit(older).query)["page[after]"][0], position="50"
    )
    assert rows_of(visit(admin_client, later)) == before
