"""Groups answer questions: two groupings at once, any order, a way into the rows, the figures as a file."""

import io
import re
from html import unescape

import openpyxl
import pytest
from django.urls import reverse

from tests.look_inside.conftest import EXPORT
from tests.look_inside.csv_files import CSV
from tests.look_inside.test_pages import cells, words

BY_DAY = "?group=day:conversion_time&split=publisher"
TABLE = "Rows per day of conversion_time by publisher"


def hrefs(response, label):
    """Where the links of that text lead."""
    text = response.content.decode()
    return [unescape(url) for url in re.findall(rf'href="([^"]+)"[^>]*>{label}[ <]', text)]


def test_two_groupings_stand_under_and_beside_each_other(look):
    page = look(CSV)(BY_DAY)
    assert cells(page, TABLE) == [
        ["2026-11-01", "2", "1", "1", "—"],
        ["2026-11-02", "2", "1", "1", "—"],
        ["2026-11-03", "1", "—", "—", "1"],
        ["Total", "5", "2", "2", "1"],
    ]


def test_the_cells_of_two_groupings_are_of_one_currency(look):
    page = look(CSV)(BY_DAY + "&figure=payout:EUR")
    assert cells(page, "payout in EUR per day of conversion_time by publisher") == [
        ["2026-11-01", "1.50", "1.50", "—", "—"],
        ["2026-11-02", "3.25", "3.25", "—", "—"],
        ["2026-11-03", "—", "—", "—", "—"],
        ["Total", "4.75", "4.75", "—", "—"],
    ]


def test_parts_beyond_the_largest_are_added_up_as_others(look):
    lines = [f"2026-11-01,p{number:02},{number}\n" for number in range(20) for _ in range(number + 1)]
    page = look("date,publisher,clicks\n" + "".join(lines))("?group=day:date&split=publisher")
    [day, total] = cells(page, "Rows per day of date by publisher")
    assert day[1:] == total[1:]
    assert day[1:3] == [str(sum(range(1, 21))), "20"]
    assert day[-1] == str(sum(range(1, 9)))
    assert "8 others" in words(page)
    # The chart tells fewer apart, and says so.
    assert "13 others" in words(page)


@pytest.mark.parametrize(
    ("order", "keys"),
    [
        ("", ["Summer", "Winter", "Winter, late"]),
        ("name", ["Summer", "Winter", "Winter, late"]),
        ("-name", ["Winter, late", "Winter", "Summer"]),
        ("rows", ["Winter, late", "Summer", "Winter"]),
        ("-payout:EUR", ["Winter", "Summer", "Winter, late"]),
        ("payout:USD", ["Summer", "Winter, late", "Winter"]),
    ],
)
def test_groups_are_ordered_by_any_figure(look, order, keys):
    page = look(CSV)(f"?group=offer&order={order}")
    found = [row[0] for row in cells(page, "Rows and sums per offer") if row[0] != "Total"]
    assert list(dict.fromkeys(found)) == keys


@pytest.mark.parametrize(
    ("order", "first"),
    [
        ("-total", "Summer"),
        ("name", "Summer"),
        ("-part:Beta", "Summer"),
        ("-part:", "Winter"),
        ("total", "Winter, late"),
    ],
)
def test_the_groups_of_two_groupings_are_ordered_by_a_part_or_by_all(look, order, first):
    page = look(CSV)(f"?group=offer&split=publisher&order={order}")
    assert cells(page, "Rows per offer by publisher")[0][0] == first


def test_a_group_opens_into_its_rows(look):
    opened = look(CSV)
    page = opened("?group=day:conversion_time&filter[status]=Approved")
    [url] = hrefs(page, "2026-11-02")[:1]
    rows = opened("?" + url.partition("?")[2])
    assert [row[-1] for row in cells(rows)] == ["0003", "0004"]
    assert "status is Approved" in words(rows)


def test_the_group_without_a_name_opens_into_rows_without_a_value(look):
    opened = look(CSV)
    [url] = hrefs(opened("?group=publisher"), "—")[:1]
    assert [row[-1] for row in cells(opened("?" + url.partition("?")[2]))] == ["0005"]


def test_a_day_of_rows_filtered_to_an_hour_opens_into_that_hour(look):
    opened = look(CSV)
    page = opened("?group=day:conversion_time&filter[conversion_time]=2026-11-01 09")
    [url] = hrefs(page, "2026-11-01")[:1]
    assert [row[-1] for row in cells(opened("?" + url.partition("?")[2]))] == ["0001"]


def test_times_are_grouped_by_the_day_the_hour_or_the_month_and_never_one_by_one(look):
    page = look(CSV)("?group=conversion_time")
    assert cells(page, "Rows and sums per day of conversion_time")
    choices = page.content.decode().partition('<select id="group"')[2].partition("</select>")[0]
    assert [name for name in re.findall(r">([^<]+)</option>", choices) if "conversion_time" in name] == [
        "day of conversion_time",
        "hour of conversion_time",
        "month of conversion_time",
    ]
    assert " selected>day of conversion_time</option>" in choices


def test_days_are_drawn_as_bars_or_lines_and_parts_stacked_or_as_lines(look):
    opened = look(CSV)
    assert "Lines" in words(opened("?group=day:conversion_time"))
    page = opened(BY_DAY + "&chart=lines")
    text = page.content.decode()
    assert "Stacked bars" in words(page)
    assert 'class="chart-stroke chart-line-2"' in text
    assert "stroke-dasharray" in text
    assert " style=" not in text
    assert ">Lines<" not in opened("?group=offer").content.decode()


def test_days_without_rows_stand_in_the_chart(look):
    page = look("date,offer\n2026-11-01,x\n2026-11-04,x\n")("?group=day:date")
    assert "2026-11-02: 0</title>" in page.content.decode()
    assert [row[0] for row in cells(page, "Rows and sums per day of date")] == [
        "2026-11-01",
        "2026-11-04",
        "Total",
    ]


def file_of(client, service, query, name="csv"):
    address = reverse("look_inside:figures", args=[service.pk, EXPORT, name])
    return client.get(address + query)


def test_the_figures_are_downloaded_with_plain_numbers(look, admin_client, service):
    look("offer,payout,currency\nx,1200.50,EUR\n=2+2,1,USD\n")
    answer = file_of(admin_client, service, "?group=offer&order=-name&bom=0")
    assert answer.content.decode().splitlines() == [
        '"offer","Rows","payout","currency of payout"',
        '"x","1","1200.5","EUR"',
        '"\'=2+2","1","1","USD"',
    ]
    assert "per_offer.csv" in answer["Content-Disposition"]


def test_the_figures_of_two_groupings_are_a_sheet(look, admin_client, service):
    look(CSV)
    answer = file_of(admin_client, service, BY_DAY + "&figure=payout:EUR", "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active
    assert [cell.value for cell in sheet[1]] == [
        "payout in EUR per day of conversion_time",
        "Total",
        "Alpha",
        "Beta",
        "—",
    ]
    assert sheet["C3"].value == 3.25


def test_figures_of_no_groups_lead_back_to_the_page(look, admin_client, service, page_url):
    look(CSV)
    assert file_of(admin_client, service, "?")["Location"].startswith(page_url)
    assert file_of(admin_client, service, "?group=offer", "pdf").status_code == 404
