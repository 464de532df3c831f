"""The page: first rows at once, then rows, filters, sort, groups; and what is said of a file that is not well made."""

import json
import re
from datetime import timedelta
from html import unescape

import pytest
from django.db import connection
from django.db.models.functions import Now
from django.urls import reverse

from apps.look_inside.models import PreparedTable, State
from apps.look_inside.table_directories import directory_of, remove_files
from tests.look_inside.conftest import EXPORT, point_to, step
from tests.look_inside.csv_files import CSV


def words(response):
    """The page's text without its tags."""
    text = re.sub(r"<(script|style|title).*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", text)).split())


def cells(response, name="Rows of the file"):
    """The rows of the table of that name, cell by cell."""
    table = re.search(rf'aria-label="{name}".*?</table>', response.content.decode(), flags=re.DOTALL)
    assert table, words(response)
    rows = re.findall(r"<tr>(.*?)</tr>", table[0].split("</thead>")[1], flags=re.DOTALL)
    return [
        [
            " ".join(unescape(re.sub(r"<[^>]+>", " ", cell)).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, flags=re.DOTALL)
        ]
        for row in rows
    ]


def test_the_first_rows_are_there_at_once_and_all_of_them_after_the_worker(admin_client, host, page_url):
    host.content = CSV.encode()
    page = admin_client.get(page_url)
    assert "Preparing the whole file" in words(page)
    assert "Winter, late" in words(page)
    assert step().is_ready
    page = admin_client.get(page_url)
    assert "Preparing" not in words(page)
    assert "5 rows" in words(page)
    assert len(cells(page)) == 5


def test_the_waiting_part_asks_alone_and_is_replaced_by_the_whole(admin_client, host, page_url):
    admin_client.get(page_url)
    asked = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "progress"}
    calls = len(host.requests)
    answer = admin_client.get(page_url, **asked)
    assert answer.content.decode().lstrip().startswith("<section")
    assert len(host.requests) == calls
    step()
    answer = admin_client.get(page_url + "?group=offer", **asked)
    assert answer["HX-Retarget"] == "#results"
    assert answer.content.decode().strip().startswith('<div id="results"')
    assert "Rows per offer" in words(answer)


def test_an_export_that_is_still_made_says_so(admin_client, page_url, sandbox, admin, service):
    sandbox.settings(export_pending_seconds=60, export_running_seconds=60)
    sandbox.application.change_settings({"export_pending_seconds": 60})
    failed = reverse("look_inside:open", args=[service.pk, "exp-000003"])
    page = admin_client.get(failed)
    assert page.status_code == 409
    assert "no file" in words(page)
    assert not PreparedTable.objects.exists()


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("?filter[offer]=Summer", ["0001", "0002"]),
        ("?filter[offer][ne]=Summer", ["0003", "0004", "0005"]),
        ("?filter[publisher][ne]=Alpha", ["0002", "0004", "0005"]),
        ("?filter[offer][contains]=LATE", ["0004"]),
        ("?filter[offer][starts_with]=winter", ["0003", "0004", "0005"]),
        ("?filter[transaction_id][in]=0001,0005, 0009", ["0001", "0005"]),
        ("?filter[payout][gt]=2.5", ["0003", "0004"]),
        ("?filter[payout][gte]=2.50", ["0002", "0003", "0004"]),
        ("?filter[payout][lt]=2", ["0001"]),
        ("?filter[payout]=1.5", ["0001"]),
        ("?filter[payout]=1,50", ["0001"]),
        ("?filter[payout][gt]=2,5", ["0003", "0004"]),
        ("?filter[payout][in]=1.50,2.5", ["0001", "0002"]),
        ("?filter[conversion_time]=2026-11-02", ["0003", "0004"]),
        ("?filter[conversion_time][lte]=2026-11-01", ["0001", "0002"]),
        ("?filter[conversion_time][gt]=2026-11-02", ["0005"]),
        ("?filter[conversion_time][gte]=2026-11-02T12:00", ["0004", "0005"]),
        ("?filter[publisher][empty]=true", ["0005"]),
        ("?filter[publisher][empty]=false", ["0001", "0002", "0003", "0004"]),
        ("?filter[offer]=Summer&filter[status]=Approved", ["0001"]),
        ("?filter[offer]=x' OR 1=1 --", []),
        ("?sort=-payout", ["0004", "0003", "0002", "0001", "0005"]),
        ("?sort=publisher", ["0001", "0003", "0002", "0004", "0005"]),
        ("?filter_field=offer&filter_operator=contains&filter_value=summer", ["0001", "0002"]),
    ],
)
def test_filters_and_sort_of_the_address(look, query, ids):
    opened = look(CSV)
    page = opened(query)
    if page.status_code == 302:
        page = opened(page["Location"].partition("?")[1] + page["Location"].partition("?")[2])
    if not ids:
        assert "No rows match" in words(page)
        return
    assert [row[-1] for row in cells(page)] == ids


def test_what_makes_no_sense_in_an_address_is_named_and_the_rest_done(look):
    page = look(CSV)(
        "?filter[nothing]=1&filter[payout][gt]=much&filter[offer][like]=x&sort=nowhere&group=never&currency=EURO"
        "&page[size]=7&page[number]=0&odd=1&filter[conversion_time][gt]=yesterday&filter[payout][lt]=1,500"
    )
    text = words(page)
    for part in ("“nothing”", "“much” is not a number", "“like”", "“nowhere”", "“never”", "three letters"):
        assert part in text
    for part in (
        "“1,500” may be 1500 or 1.500",
        "7 was ignored",
        "“0” was ignored",
        "“odd”",
        "“yesterday” is not a time",
    ):
        assert part in text
    assert len(cells(page)) == 5


def test_pages_of_rows(look):
    opened = look("n,x\n" + "".join(f"{number},y\n" for number in range(60)))
    assert len(cells(opened("?page[size]=25"))) == 25
    page = opened("?page[size]=25&page[number]=3&sort=-n")
    assert [row[0] for row in cells(page)] == [str(number) for number in range(9, -1, -1)]
    assert "past the end" in words(opened("?page[size]=25&page[number]=9"))


def test_sums_are_split_by_currency_and_never_added(look):
    page = look(CSV)("?group=day:conversion_time")
    assert cells(page, "Rows and sums per day of conversion_time") == [
        ["2026-11-01", "1", "1.50 EUR"],
        ["2026-11-01", "1", "2.50 USD"],
        ["2026-11-02", "1", "3.25 EUR"],
        ["2026-11-02", "1", "4.00 USD"],
        ["2026-11-03", "1", "—"],
        ["Total", "1", "—"],
        ["Total", "2", "4.75 EUR"],
        ["Total", "2", "6.50 USD"],
    ]
    # 1.50 EUR and 2.50 USD are nowhere four of anything.
    assert not re.search(r"\b(?:11\.25|7\.25 )", words(page))


def test_the_same_currency_in_small_letters_is_the_same(look):
    page = look("offer,payout,currency\nx,1.10,EUR\nx,2.20,eur\nx,1, EUR \ny,5,\n")("?group=offer")
    assert cells(page, "Rows and sums per offer") == [
        ["x", "3", "4.30 EUR"],
        ["y", "1", "5.00 no currency"],
        ["Total", "1", "5.00 no currency"],
        ["Total", "3", "4.30 EUR"],
    ]


def test_without_a_currency_there_are_no_sums_until_a_person_names_it(look):
    opened = look("offer,payout\nx,1.10\ny,2.20\nx,0.05\n")
    page = opened("?group=offer")
    assert "payout is not summed" in words(page)
    assert cells(page, "Rows and sums per offer") == [["x", "2"], ["y", "1"], ["Total", "3"]]
    page = opened("?group=offer&currency=eur")
    assert "You said" in words(page)
    assert cells(page, "Rows and sums per offer")[0] == ["x", "2", "1.15 EUR"]


def test_each_amount_follows_its_own_currency(look):
    content = "offer,payout,payout_currency,revenue,revenue_currency\nx,1,EUR,10,USD\nx,2,EUR,20,GBP\nx,4,USD,40,USD\n"
    page = look(content)("?group=offer")
    assert sorted(cells(page, "Rows and sums per offer")[:3]) == [
        ["x", "1", "1.00 EUR", "10.00 USD"],
        ["x", "1", "2.00 EUR", "20.00 GBP"],
        ["x", "1", "4.00 USD", "40.00 USD"],
    ]


def test_ids_and_moments_are_not_summed(look):
    page = look("offer_id,unix_time,payout,currency\n7,1790000000,1,EUR\n")("?group=offer_id")
    assert cells(page, "Rows and sums per offer_id")[0] == ["7", "1", "1.00 EUR"]


def test_sums_are_exact_however_the_numbers_are_written_and_binary_noise_is_rounded(look):
    odd = "x,0.30000000000000004,EUR\ny,+1,EUR\ny,1e3,EUR\ny,.5,EUR\n"
    content = "offer,payout,currency\n" + "x,1.50,EUR\n" * 50 + odd
    opened = look(content)
    page = words(opened("?group=offer"))
    assert "75.30" in page
    assert "1,001.50" in page
    assert "payout is summed to 12 decimals: 1 value has more, and was rounded." in page
    assert "rounded" not in words(opened())
    assert "2 of 54 rows" in words(opened("?filter[payout][gte]=%2B1.0&filter[offer]=y"))
    assert "1 of 54 rows" in words(opened("?filter[payout]=1e3"))
    assert "1 of 54 rows" in words(opened("?filter[payout]=.3"))


@pytest.mark.parametrize(
    ("odd", "said"),
    [
        (["n/a"], "payout is not summed: 1 of 51 values is no number, “n/a”."),
        (["n/a", "none"], "payout is not summed: 2 of 52 values are no numbers, such as “n/a”."),
        (["1e15"], "payout is not summed: 1 of 51 values is no number, “1e15”."),
    ],
)
def test_a_column_that_is_nearly_an_amount_is_not_left_out_in_silence(look, odd, said):
    content = "offer,payout,currency\n" + "x,1.50,EUR\n" * 50 + "".join(f"x,{value},EUR\n" for value in odd)
    opened = look(content)
    assert said in words(opened("?group=offer"))
    assert "not summed" not in words(opened())
    assert "not summed" not in words(opened("?group=payout"))


def test_a_column_of_texts_among_which_are_numbers_is_only_a_text(look):
    content = "offer,note,currency\n" + "x,5,EUR\n" * 8 + "x,hello,EUR\n" * 2
    assert "not summed" not in words(look(content)("?group=offer"))


def test_numbers_that_no_name_calls_amounts_are_summed_when_a_person_says_so(look):
    opened = look("offer,points,clicks,ctr,currency\nx,1.5,2,0.1,EUR\nx,2.5,3,0.2,USD\n")
    page = opened("?group=offer")
    assert "Not summed, as the name does not say that it is an amount: points ( sum it" in words(page)
    assert cells(page, "Rows and sums per offer") == [["x", "2", "5"], ["Total", "2", "5"]]
    page = opened("?group=offer&sum=points&sum=ctr")
    assert "“ctr” cannot be summed" in words(page)
    assert cells(page, "Rows and sums per offer")[:2] == [
        ["x", "1", "1.50 EUR", "2"],
        ["x", "1", "2.50 USD", "3"],
    ]


def test_moments_of_several_offsets_are_grouped_by_their_day_in_utc(look):
    opened = look("time,offer\n2026-11-02T00:30:00+02:00,x\n2026-11-01T23:00:00Z,y\n")
    page = opened("?group=day:time")
    assert cells(page, "Rows and sums per day of time")[0] == ["2026-11-01", "2"]
    assert "Time, offsets differ or are missing, compared in UTC" in words(page)


def test_bars_show_one_currency_and_say_which(look):
    page = look(CSV)("?group=day:conversion_time&figure=payout:EUR")
    text = page.content.decode()
    assert "payout in EUR per day of conversion_time" in words(page)
    assert "2026-11-02: 3.25</title>" in text
    assert " style=" not in text
    assert 'role="img"' in text


def test_names_with_brackets_and_markup_are_only_names(look):
    page = look('a[b],"<script>alert(1)</script>","x"" DROP"\n1,<b>bold</b>,3\n')(
        "?filter[column-1]=1&sort=column-2"
    )
    text = page.content.decode()
    assert "<script>alert" not in text
    assert "<b>bold" not in text
    assert cells(page) == [["1", "<b>bold</b>", "3"]]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty"),
        (b"\xef\xbb\xbf", "The file is empty"),
        (b"offer,payout\n", "The file has no rows"),
        (b"offer,payout\nx,1\nbroken\n", "1 line of the file is broken"),
        (b'offer,payout\nx,1\n"open,2\ny,3\n', "a quote that is not closed"),
        ("offer;payout\nMünze;1\n".encode("latin-1"), "Windows-1252, separated by semicolons"),
        ("\ufeffoffer,payout\nx,1\n".encode("utf-16"), "UTF-16-LE"),
        (b"offer,payout\nx\0,1\n", "1 NUL byte of the file is shown as “�”"),
        ("offer,payout\nMünze,1\n".encode() + b"\xff,2\n", "1 damaged letter of the file is shown"),
        (b"just words\nand more\n", "1 column "),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_told_of(look, content, said):
    assert said in words(look(content)())


def test_a_web_page_in_place_of_the_file_is_a_failure_with_a_way_on(admin_client, host, page_url):
    host.content = b"<!doctype html><html>Expired</html>"
    assert "web page in place" in words(admin_client.get(page_url))
    assert step().state == State.FAILED
    page = admin_client.get(page_url)
    assert "web page in place" in words(page)
    host.content = CSV.encode()
    again = admin_client.post(reverse("look_inside:again", args=page_url.split("/")[3:5]))
    assert again.status_code == 302
    assert step().is_ready
    assert EXPORT in page_url


def test_a_file_over_the_limit_shows_its_first_rows_and_why_there_are_no_more(
    admin_client, host, page_url, settings
):
    settings.LOOK_INSIDE_MAXIMUM_BYTES = 1024
    host.content = CSV.encode() * 10
    admin_client.get(page_url)
    assert step().state == State.TOO_LARGE
    text = words(admin_client.get(page_url))
    assert "too large to look into" in text
    assert "Winter, late" in text


def test_a_table_whose_files_are_gone_is_prepared_again(look, page_url, admin_client):
    opened = look(CSV)
    table = PreparedTable.objects.get()
    for path in directory_of(table).iterdir():
        path.unlink()
    assert "Preparing the whole file" in words(opened())
    part = admin_client.get(page_url, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="results").content.decode()
    assert part.strip().startswith('<div id="results"')
    step()
    assert len(cells(opened())) == 5


def test_a_table_that_an_older_version_prepared_is_prepared_again(look):
    opened = look(CSV)
    path = directory_of(PreparedTable.objects.get()) / "facts.json"
    facts = json.loads(path.read_text())
    path.write_text(json.dumps(facts | {"version": 1}))
    assert "Preparing the whole file" in words(opened())
    step()
    assert len(cells(opened())) == 5


def test_a_table_that_is_removed_at_the_moment_it_is_opened_begins_anew(look):
    opened = look(CSV)
    table = PreparedTable.objects.get()
    remove_files(table)
    is_removed = False

    def make_room(execute, sql, *details):
        nonlocal is_removed
        if not is_removed and sql.startswith('UPDATE "look_inside_preparedtable"'):
            is_removed = True
            PreparedTable.objects.all().delete()
        return execute(sql, *details)

    with connection.execute_wrapper(make_room):
        page = opened()
    assert (page.status_code, is_removed) == (200, True)
    assert PreparedTable.objects.get().pk != table.pk
    assert PreparedTable.objects.get().state == State.QUEUED


def test_a_table_that_was_made_on_another_disk_is_not_made_over_and_over(look, page_url, settings, tmp_path):
    opened = look(CSV)
    settings.LOOK_INSIDE_DIRECTORY = tmp_path / "another"
    text = words(opened())
    assert "LOOK_INSIDE_DIRECTORY" in text
    assert "Try again" in text
    assert PreparedTable.objects.get().state == State.FAILED


def test_a_table_whose_directory_was_cleared_long_after_it_was_made_is_prepared_again(
    look, page_url, settings, tmp_path
):
    opened = look(CSV)
    settings.LOOK_INSIDE_DIRECTORY = tmp_path / "cleared"
    PreparedTable.objects.update(opened_at=Now() - timedelta(hours=1))
    assert "Preparing the whole file" in words(opened())
    step()
    assert len(cells(opened())) == 5


def test_a_file_of_another_name_is_another_table(look, sandbox, host):
    opened = look(CSV)
    export = sandbox.application.store.records(("org-main", "exports", ""))
    assert export
    record = {
        "id": EXPORT,
        "status": "COMPLETED",
        "artifact": {"name": "other.csv"},
        "format": {"delimiter": ","},
    }
    point_to(
        sandbox,
        host,
        {"kind": "status", "operation": "getExport", "status": 200, "times": None, "body": record},
    )
    host.content = b"offer\nNew\n"
    assert "Preparing" in words(opened())
    assert PreparedTable.objects.count() == 2


def test_a_table_of_a_file_that_was_probably_cut_says_so(look, admin_client, page_url, sandbox):
    store, place = sandbox.application.store, ("org-main", "exports", "")
    store.write([(place, EXPORT, store.get(place, EXPORT) | {"_rows": 5_000_000})])
    page = look(CSV)()
    assert len(cells(page)) == 5
    assert "Probably cut at 5,000,000 rows" in words(page)


def test_lines_that_are_all_broken_are_shown_and_never_called_nothing_to_export(look):
    page = look("offer,payout,currency\nx;1;EUR\ny;2;EUR\n")()
    assert "nothing to export" not in words(page)
    assert "No line of the file is a row" in words(page)
    assert "2 lines of the file are broken" in words(page)
    assert "Line 2: 1 cell where the header has 3 x;1;EUR" in words(page)
    assert "<details open>" in page.content.decode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("offer;payout\nЛето;1\n".encode("cp1251"), "By their looks it was read as Windows-1251."),
        (
            b"offer,payout\nx,1\ny,2\nTotal,3\n",
            "ends with a line of totals, in no row or sum here: “Total,3”.",
        ),
        (b"My report\na,b,c\n1,2,3\n4,5,6\n", "1 line stands before the names of the columns: “My report”."),
        (b"2026-11-01,x,1.5\n2026-11-02,y,2\n", "The file begins with a row, without names."),
        (b"offer,2025\nx,1\n", "though “2025” looks like a value."),
        (b"a,b\n1,2,\n3,4\n", "Rows with empty cells behind the last column 1"),
    ],
)
def test_what_could_have_been_read_otherwise_is_said(look, content, said):
    assert said in words(look(content)())
