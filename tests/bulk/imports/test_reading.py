"""Files as people have them: encodings, delimiters, workbooks, and what cannot be read."""

import io
import zipfile
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest

from apps.bulk.imports.checking.values import CannotRead, id_of
from apps.bulk.imports.reading.files import read_table
from apps.bulk.imports.reading.tables import MOST_ROWS, NotATable, SheetError
from tests.bulk.imports.conftest import csv_of, workbook_of

ROWS = [["Name", "ID"], ["Müller; Söhne", "007"], ["Zeile\nzwei, drei", "9007199254740993"]]


def read(content):
    table = read_table(content, lambda header: header in ("Name", "ID"))
    return [list(table.headers), *(list(row.cells) for row in table.rows)]


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_every_encoding_and_delimiter_reads_the_same(delimiter, encoding):
    assert read(csv_of(ROWS, delimiter=delimiter, encoding=encoding)) == ROWS


def test_a_line_that_tells_the_delimiter_is_no_header():
    table = read_table(b"sep=;\r\nName;ID\r\n\r\na,b;1\r\n", lambda header: False)
    assert list(table.headers) == ["Name", "ID"]
    assert [(row.line, row.cells) for row in table.rows] == [(4, ["a,b", "1"])]


def test_empty_columns_and_rows_at_the_end_are_dropped():
    assert read(b"Name,ID,,\n\na,1,,\n,,,\n\n") == [["Name", "ID"], ["a", "1", "", ""]]


def test_the_number_of_a_row_is_that_of_its_first_line_in_the_file():
    table = read_table(csv_of([["Name", "ID"], ["a\nb", "1"], ["c", "2"]]), bool)
    assert [row.line for row in table.rows] == [2, 4]


def test_a_workbook_keeps_texts_numbers_and_dates_apart():
    moment = datetime(2026, 10, 1, 12)
    rows = [["Name", "ID"], ["007", 12], [True, 0.1 + 0.2], ["=1+1", moment], ["_x0041_", None]]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["A4"].data_type = "s"
    out = io.BytesIO()
    book.save(out)
    found = read(out.getvalue())
    assert found[1:] == [["007", Decimal(12)], ["true", Decimal("0.3")], ["=1+1", moment], ["A"]]


def test_rows_of_a_workbook_have_the_numbers_of_the_sheet():
    table = read_table(workbook_of([[], ["Name"], [], ["a"]]), bool)
    assert [row.line for row in table.rows] == [4]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"\xd0\xcf\x11\xe0old", "old kind"),
        (b"PK\x03\x04broken", "cannot be read"),
        (b"<!doctype html><html>", "markup"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 50, "looks like a picture"),
        (b"Name\n" + b"a\n" * (MOST_ROWS + 1), "more than 10,000 rows"),
        (b",".join(b"c%d" % n for n in range(201)) + b"\n", "more than the 200 columns"),
        (b"Name,ID\n" + b"," * 200_000 + b"\n", "far too many cells"),
        (b"Name\n" + b"x" * 100_001 + b"\n", "cell of row 2"),
        (b"Name\n" + b"x" * 10_000_000, "larger than 10 MB"),
    ],
)
def test_what_cannot_be_read_is_said(content, words):
    with pytest.raises(NotATable, match=words):
        read(content)


def test_of_a_row_with_more_cells_than_a_table_may_have_enough_is_kept_to_say_so():
    [[_, *cells]] = [read(b"Name\na" + b"," * 5_000 + b"b\n")[1]]
    assert len(cells) == 200
    assert cells[-1] == "b"


def test_a_text_that_a_workbook_keeps_once_and_names_in_every_cell_does_not_fill_the_disk():
    shared = "x" * 30_000
    rows = [["Name", "ID"], *([shared, shared] for _ in range(600))]
    with pytest.raises(NotATable, match="more than 30,000,000 letters"):
        read(workbook_of(rows))


def test_signs_that_no_database_stores_are_replaced():
    assert read(workbook_of([["Na_x0000_me"], ["a_xD800_b"]])) == [["Na\ufffdme"], ["a\ufffdb"]]


def test_a_workbook_that_unpacks_to_gigabytes_is_refused_unread():
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as book,
        book.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part,
    ):
        for _ in range(200):
            part.write(b" " * 1_000_000)
    with pytest.raises(NotATable, match="too large"):
        read(out.getvalue())


@pytest.mark.parametrize("write", [csv_of, workbook_of])
def test_columns_named_below_a_title_are_found(write):
    title = [["Offers of the network", ""], ["as of 30 Nov", ""]]
    table = read_table(write([*title, *ROWS]), lambda header: header in ("Name", "ID"))
    assert list(table.headers) == ROWS[0]
    assert table.words.endswith("its columns named in row 3")
    assert [list(row.cells) for row in table.rows] == ROWS[1:]


@pytest.mark.parametrize("write", [csv_of, workbook_of])
def test_values_that_sound_like_fields_name_no_columns(write):
    rows = [["Title", "Number"], ["Name", "12"], ["Name", "ID"]]
    assert read(write(rows)) == rows


def saved(book):
    """The workbook as a file."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_formula_whose_result_the_file_lacks_is_no_empty_cell():
    book = openpyxl.Workbook()
    for row in (["Name", "ID"], ["a", "=1+1"], ["=A2", 3]):
        book.active.append(row)
    # As no spreadsheet saved it: it has results of none of them.
    assert read(saved(book))[1:] == [["a", SheetError("=1+1")], [SheetError("=A2"), Decimal(3)]]
    with pytest.raises(CannotRead, match=r"formula =1\+1 here and no result"):
        id_of(SheetError("=1+1"))


def test_that_cells_are_merged_is_said():
    book = openpyxl.Workbook()
    for row in (["Name", "ID"], ["a", 1], ["b", 2]):
        book.active.append(row)
    book.active.merge_cells("A2:A3")
    table = read_table(saved(book), bool)
    assert "of merged cells only the first has the value" in table.words
    assert [list(row.cells) for row in table.rows] == [["a", Decimal(1)], ["", Decimal(2)]]
