"""The smaller files: what is filtered and nothing else, and no cell that a spreadsheet runs."""

import csv
import io
import zipfile

import duckdb
import openpyxl
import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as quick
from hypothesis import strategies as st

from apps.ui.files.workbook import write_workbook
from tests.look_inside.csv_files import CSV

FORMULAS = ["=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1", "＝1+1", " =1", "\u200b=1", "=cmd|' /C calc'!A0"]


def fetched(opened_page, name, query=""):
    """The bytes of a file."""
    response = opened_page(f"file/{name}/{query}")
    assert response.status_code == 200
    return b"".join(response), response


@pytest.fixture
def get(look, admin_client, page_url):
    """Prepare a content; a function that gets an address under the page."""

    def prepared(content):
        look(content)
        return lambda address: admin_client.get(page_url + address)

    return prepared


def test_csv_has_the_filtered_rows_in_the_order_asked_for_as_they_were(get):
    opened = get(CSV)
    data, response = fetched(opened, "csv", "?filter[currency]=EUR&sort=-payout")
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
    assert rows[0] == CSV.splitlines()[0].split(",")
    assert [row[4] for row in rows[1:]] == ["3.25", "1.50"]
    assert [row[6] for row in rows[1:]] == ["0003", "0001"]
    assert 'filename="impressions_int-eu_' in response["Content-Disposition"]
    assert response["Content-Disposition"].endswith('_filtered.csv"')
    data, _ = fetched(opened, "csv", "?bom=0")
    assert data.startswith(b'"conversion_time","')
    assert len(data.splitlines()) == 6


def test_excel_has_numbers_as_numbers_and_ids_as_texts(get):
    data, _ = fetched(get(CSV), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][0] == "conversion_time"
    assert rows[1][4] == 1.5
    assert rows[1][6] == "0001"
    assert rows[5][2] is None
    assert sheet.freeze_panes == "A2"


def test_excel_has_numbers_however_they_are_written_and_rounds_none_but_binary_noise(get):
    values = ["+1", ".5", "1e3", "0.30000000000000004", "1234567890.123456", "-2"]
    data, _ = fetched(get("offer,payout\n" + "".join(f"x,{value}\n" for value in values)), "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).active
    found = [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)]
    assert found == [1, 0.5, 1000, 0.3, "1234567890.123456", -2]


def test_parquet_has_columns_of_their_kinds_under_their_names(get, tmp_path):
    data, _ = fetched(get(CSV), "parquet", "?filter[payout][gte]=3")
    (tmp_path / "rows.parquet").write_bytes(data)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT transaction_id, payout FROM read_parquet('{tmp_path / 'rows.parquet'}')"
        ).fetchall()
    assert [(name, float(payout)) for name, payout in found] == [("0003", 3.25), ("0004", 4.0)]


def test_nothing_left_over_is_a_file_with_a_header(get):
    opened = get(CSV)
    assert len(fetched(opened, "csv", "?filter[offer]=none")[0].splitlines()) == 1
    data, _ = fetched(opened, "xlsx", "?filter[offer]=none")
    assert openpyxl.load_workbook(io.BytesIO(data)).active.max_row == 1


def test_formulas_are_texts_in_csv_and_excel(get):
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(["=evil", "number", "text"])
    writer.writerows([formula, "-5.5", formula] for formula in FORMULAS)
    opened = get(file.getvalue())
    rows = list(csv.reader(io.StringIO(fetched(opened, "csv")[0].decode("utf-8-sig"))))
    assert rows[0][0] == "'=evil"
    for row, formula in zip(rows[1:], FORMULAS, strict=True):
        # A tab separates cells for some readers, so what follows it is made a text as well.
        plain = "'" + formula.replace("\t=", "\t'=")
        assert row == [plain, "-5.5", plain]
    sheet = openpyxl.load_workbook(io.BytesIO(fetched(opened, "xlsx")[0])).active
    for place, formula in enumerate(FORMULAS, start=2):
        cell = sheet.cell(place, 1)
        assert (cell.data_type, cell.value) == ("s", formula)
        assert cell.quotePrefix
        assert (sheet.cell(place, 2).data_type, sheet.cell(place, 2).value) == ("n", -5.5)
    assert sheet.cell(1, 1).data_type == "s"


def test_a_sheet_ends_where_excel_ends():
    out = io.BytesIO()
    write_workbook(out, ["n"], [True], iter([[(str(number),) for number in range(10)]] * 3), limit=12)
    assert openpyxl.load_workbook(out).active.max_row == 13


@quick(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.text(max_size=20), min_size=1, max_size=5))
def test_any_text_survives_the_workbook(values):
    out = io.BytesIO()
    write_workbook(out, ["x"], [False], iter([[(value,) for value in values]]))
    with zipfile.ZipFile(out) as book:
        assert book.testzip() is None
    sheet = openpyxl.load_workbook(out).active
    found = [sheet.cell(place, 1).value for place in range(2, len(values) + 2)]
    assert all(cell is None or isinstance(cell, str) for cell in found)
    plain = [value for value in values if value.isprintable() and "_x" not in value and value]
    assert [cell for cell, value in zip(found, values, strict=True) if value in plain] == [
        value for value in values if value in plain
    ]


def test_the_original_is_the_apis_byte_for_byte(admin_client, look, host, service):
    odd = b'\xff\xfe=1+1,x\r\n"broken,\x00\n'
    look(b"a,b\n1,2\n")
    host.content = odd
    response = admin_client.get(reverse("exports:remote_download", args=[service.pk, "exp-000002"]))
    assert b"".join(response) == odd


def test_a_file_of_a_table_that_is_not_ready_leads_to_the_page(admin_client, host, page_url):
    assert admin_client.get(page_url + "file/csv/")["Location"] == page_url
    assert admin_client.get(page_url + "file/exe/").status_code == 404
