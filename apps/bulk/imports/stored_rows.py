"""The rows of a file as they are stored between two steps: read from the upload once, a workbook takes seconds."""

import json
import zlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal

from apps.bulk.imports.reading.tables import Cell, Row, SheetError

_NUMBER, _TIME, _ERROR = "n", "t", "e"


def packed(rows: Iterable[Row]) -> bytes:
    """The rows as compressed lines of JSON. Raises `NotATable` where reading them does."""
    compress = zlib.compressobj(level=3)
    parts = []
    for row in rows:
        line = json.dumps([row.line, *map(_as_json, row.cells)])
        parts.append(compress.compress(f"{line}\n".encode()))
    return b"".join([*parts, compress.flush()])


def unpacked(content: bytes) -> Iterator[Row]:
    """The rows that `packed` made so small."""
    for text in zlib.decompress(content).decode().splitlines():
        line, *cells = json.loads(text)
        yield Row(line, [_from_json(cell) for cell in cells])


def _as_json(cell: Cell) -> str | dict[str, str]:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return {_NUMBER: str(cell)}
    return {_TIME: cell.isoformat()} if isinstance(cell, datetime) else {_ERROR: cell.text}


def _from_json(cell: str | dict[str, str]) -> Cell:
    if isinstance(cell, str):
        return cell
    [(kind, text)] = cell.items()
    if kind == _NUMBER:
        return Decimal(text)
    return datetime.fromisoformat(text) if kind == _TIME else SheetError(text)
