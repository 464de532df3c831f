"""Several exports of one report as one table: rows in two of them count once, and what does not fit is said."""

import io

import openpyxl
import pytest
from django.urls import reverse

from apps.look_inside.models import PreparedTable
from tests.look_inside.conftest import EXPORT, step
from tests.look_inside.test_pages import cells, words

FIRST = (
    "conversion_time,real_tx_id,publisher,payout,currency\n"
    "2026-11-01 09:00:00,t1,Alpha,1.00,EUR\n"
    "2026-11-02 10:00:00,t2,Beta,2.00,EUR\n"
    "2026-11-02 11:00:00,t3,Alpha,4.00,EUR\n"
)
#: Columns in another order; t3 stands in both, and t2 has another conversion at another time.
SECOND = (
    "real_tx_id,conversion_time,payout,currency,publisher\n"
    "t3,2026-11-02 11:00:00,4.00,EUR,Alpha\n"
    "t2,2026-11-02 12:00:00,8.00,EUR,Beta\n"
    "t4,2026-11-03 12:00:00,16.00,USD,Gamma\n"
)


@pytest.fixture
def other(sandbox):
    """The id of another finished export of the same report."""
    records = sandbox.application.store.records(("org-main", "exports", ""))
    own = next(record for record in records if record["id"] == EXPORT)
    found = next(one for one in records if one["id"] != EXPORT and one["_ending"] == "COMPLETED")
    place = ("org-main", "exports", "")
    sandbox.application.store.write([(place, found["id"], {**own, "id": found["id"]})])
    return found["id"]


@pytest.fixture
def both(look, host, page_url, admin_client, other):
    """Both are prepared; opens the page of the first, with the second taken along."""

    def prepared(second=SECOND, first=FIRST):
        look(first)
        host.content = second.encode()
        waiting = admin_client.get(f"{page_url}?with={other}")
        assert "Preparing" in words(waiting)
        table = step(PreparedTable.objects.get(remote_id=other))
        assert table.is_ready, table.message
        return lambda query="": admin_client.get(f"{page_url}?with={other}{query}")

    return prepared


def test_rows_of_both_are_one_table_and_a_row_in_both_counts_once(both):
    page = both()("&sort=conversion_time")
    assert [row[1] for row in cells(page)] == ["t1", "t2", "t3", "t2", "t4"]
    text = words(page)
    assert "5 rows" in text
    assert "1 row stands in more than one, with the same transaction and time. Each is counted once" in text


def test_groups_and_filters_go_over_both(both):
    opened = both()
    page = opened("&group=publisher&order=name")
    assert cells(page, "Rows and sums per publisher") == [
        ["Alpha", "2", "5.00 EUR"],
        ["Beta", "2", "10.00 EUR"],
        ["Gamma", "1", "16.00 USD"],
        ["Total", "4", "15.00 EUR"],
        ["Total", "1", "16.00 USD"],
    ]
    assert [row[1] for row in cells(opened("&filter[publisher]=Beta"))] == ["t2", "t2"]


def test_the_files_have_the_rows_of_both(both, admin_client, service, other):
    both()
    address = reverse("look_inside:file", args=[service.pk, EXPORT, "csv"])
    answer = admin_client.get(f"{address}?with={other}&bom=0&sort=conversion_time")
    lines = b"".join(answer.streaming_content).decode().splitlines()
    assert len(lines) == 6
    assert lines[-1] == '"2026-11-03 12:00:00","t4","Gamma","16.00","USD"'
    figures = reverse("look_inside:figures", args=[service.pk, EXPORT, "xlsx"])
    answer = admin_client.get(f"{figures}?with={other}&group=publisher&order=name")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[2]] == ["Alpha", 2, 5, "EUR"]


def test_an_export_of_other_columns_is_not_taken_along(both):
    page = both("conversion_time,payout\n2026-11-05 01:00:00,1\n")()
    assert "has other columns: it lacks currency. It is not taken along." in words(page)
    assert len(cells(page)) == 3


def test_ranges_that_overlap_without_a_transaction_are_said(both):
    content = "conversion_time,publisher\n2026-11-01 09:00:00,Alpha\n"
    page = both(content, content)()
    assert "so a row that stands in two of them is counted twice" in words(page)
    assert len(cells(page)) == 2


def test_ranges_that_do_not_meet_need_no_words(both):
    page = both(
        "conversion_time,publisher\n2026-11-05 09:00:00,Alpha\n", "conversion_time,publisher\n2026-11-01,B\n"
    )()
    assert "overlap" not in words(page)
    assert len(cells(page)) == 2


def test_a_column_that_is_no_number_in_one_of_them_is_a_text_and_not_summed(both):
    content = FIRST.replace("1.00", "abc").replace("2.00", "def")
    page = both(SECOND, content)("&group=publisher")
    assert "payout is read differently in these files, so it is a text here." in words(page)


def test_an_export_that_is_not_there_is_said(look, admin_client, page_url):
    look(FIRST)
    page = admin_client.get(f"{page_url}?with=exp-999999")
    assert "The export exp-999999 could not be read" in words(page)
    assert len(cells(page)) == 3


def test_exports_of_the_report_are_offered_with_what_was_asked_kept(look, admin_client, service, other):
    look(FIRST)
    page = admin_client.get(reverse("look_inside:others", args=[service.pk, EXPORT]) + "?group=publisher")
    text = page.content.decode()
    assert f'value="{other}"' in text
    assert '<input type="hidden" name="group" value="publisher">' in text
    assert f'value="{EXPORT}"' not in text
