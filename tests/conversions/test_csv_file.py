"""The file: what the table shows on all its pages, and nothing that a spreadsheet would run."""

import csv
import io
from decimal import Decimal

import pytest

from apps.conversions.csv_cells import csv_cell
from apps.ui.files.csv_files import plain_cell
from tests.conversions.conftest import FILE, LIST, cells, visit

BYTE_ORDER_MARK = "\ufeff"


def read(client, query=""):
    """The rows of the downloaded file as a spreadsheet reads them, the header first."""
    answer = client.get(FILE + query)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"
    text = answer.getvalue().decode()
    assert text.startswith(BYTE_ORDER_MARK)
    return list(csv.reader(io.StringIO(text.removeprefix(BYTE_ORDER_MARK), newline="")))


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+49 30 1234",
        "-1+1",
        "--5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "\tplain",
        "\rplain",
        "＝1+1",
        "＋1",
        "－1",
        "＠SUM",
        " =1+1",
        "\u200b=1+1",
        "\u00a0=1",
        "-",
        "=",
        "-5 cmd",
        "-1e5",
        "-５",
    ],
)
def test_what_a_spreadsheet_would_run_gets_an_apostrophe(text):
    assert plain_cell(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["", "plain", "-5", "-12.50", "12", "a=b", "1+1", "'=1", "x\t=1", "日本", "—"]
)
def test_other_texts_and_true_numbers_stay(text):
    assert plain_cell(text) == text


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (False, "false"),
        (0, "0"),
        (-7, "-7"),
        (Decimal("-4.50"), "-4.50"),
        (Decimal("1E+5"), "100000"),
        ("", ""),
        ([], "[]"),
        (["=1"], '["=1"]'),
        ({"ü": None}, '{"ü": null}'),
    ],
)
def test_every_json_value_has_a_cell(value, cell):
    assert csv_cell(value) == cell


@pytest.mark.django_db
def test_the_file_has_every_row_and_column_under_the_names_the_service_gives(token_client):
    header, *rows = read(token_client)
    assert header[0] == "conversion_id"
    assert {"sale amount (EUR)", "geo", "'=1+1", "<b>Column</b>"} <= set(header)
    assert len(rows) == 300
    assert {len(row) for row in rows} == {len(header)}
    notes = {row[header.index("note")] for row in rows}
    assert {"-12.50", "'-2+3+cmd|' /C calc'!A0", "'＝1+1", "javascript:alert(1)", "true", "0", ""} <= notes
    assert 'first line\nsecond line; with, every "delimiter"' in notes


@pytest.mark.django_db
def test_the_file_is_what_is_filtered_in_the_order_shown(token_client):
    query = "?q=approved&sort=-payout&page[size]=25&page[number]=2"
    page = visit(token_client, LIST + query)
    header, *rows = read(token_client, query)
    assert page.link("Download CSV") == f"{FILE}?q=approved&sort=-payout&page[size]=25"
    assert read(token_client, page.link("Download CSV").removeprefix(FILE))[1:] == rows
    assert {row[header.index("status")] for row in rows} == {"approved"}
    assert f"of {len(rows)}" in page.text
    assert [row[0] for row in rows[25:50]] == [row[0] for row in cells(page)]


@pytest.mark.django_db
def test_the_file_is_named_after_service_and_day(token_client, token_service):
    token_service.name = 'Näme "/..\\ <b>'
    token_service.save()
    name = token_client.get(FILE)["Content-Disposition"]
    assert name.startswith('attachment; filename="conversions_name-b_20')
    assert name.endswith('.csv"')


@pytest.mark.django_db
def test_a_file_without_rows_has_no_columns(token_client, serve):
    serve([])
    assert read(token_client) == [[]]
