"""Rows between two steps: as they were read."""

from datetime import datetime
from decimal import Decimal

from apps.bulk.imports.reading.tables import Row, SheetError
from apps.bulk.imports.stored_rows import packed, unpacked


def test_rows_come_back_as_they_were():
    rows = [
        Row(2, ["a", "", "line\nend\u2028\x85", "\x00", '{"n": "1"}']),
        Row(7, [Decimal("1.50"), datetime(2026, 10, 1, 12), SheetError("#N/A")]),
        Row(8, []),
    ]
    assert list(unpacked(packed(rows))) == rows
    assert list(unpacked(packed([]))) == []
