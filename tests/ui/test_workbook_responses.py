"""Rows of texts as a workbook: what a spreadsheet opens is what the CSV has."""

import io

import openpyxl

from apps.ui.files.responses import workbook_response

ROWS = [["007", "=1+1", "Ångström"], ["12345678901234567890", "", "a\nb"]]


def test_a_workbook_holds_the_rows_as_texts():
    response = workbook_response("A name", ["id", "formula", "text"], iter(ROWS))
    assert response["Content-Disposition"] == 'attachment; filename="A-name.xlsx"'
    book = openpyxl.load_workbook(io.BytesIO(response.getvalue()))
    found = [[cell.value or "" for cell in row] for row in book.active.iter_rows()]
    assert found == [["id", "formula", "text"], *ROWS]
    assert {cell.data_type for row in book.active.iter_rows() for cell in row if cell.value} <= {
        "s",
        "inlineStr",
    }
