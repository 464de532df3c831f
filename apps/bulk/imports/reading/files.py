"""Reads an uploaded file, whatever it is called."""

from collections.abc import Callable

from apps.bulk.imports.reading.csv_tables import read_csv
from apps.bulk.imports.reading.tables import MOST_BYTES, NotATable, Table
from apps.bulk.imports.reading.workbooks import is_workbook, read_workbook


def read_table(content: bytes, is_known: Callable[[str], bool]) -> Table:
    """The table in a CSV file or a workbook. Raises `NotATable`, also while its rows are read."""
    if not content.strip():
        raise NotATable("The file is empty.")
    if len(content) > MOST_BYTES:
        raise NotATable(f"The file is larger than {MOST_BYTES // 1_000_000} MB. Import it in parts.")
    return read_workbook(content, is_known) if is_workbook(content) else read_csv(content, is_known)
