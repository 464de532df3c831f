"""The first rows of a file, read from its beginning while the whole is prepared."""

import csv
import time
from dataclasses import dataclass, field
from typing import Any

from apps.api.client import Client
from apps.api.hosts import DownloadFailed, DownloadRefused
from apps.exports.remote import open_file
from apps.look_inside.columns import TEXT, Column
from apps.look_inside.results import row_of
from apps.look_inside.shape import SAMPLE_BYTES, shape_of
from apps.look_inside.text import Decoder, NoTable, encoding_of, start_of
from apps.resources.markup import Row

MAXIMUM_ROWS = 200
#: Enough of a packed file for SAMPLE_BYTES of text, as a rule.
_READ_BYTES = SAMPLE_BYTES
#: A page does not wait longer for rows it can do without.
_SECONDS = 4.0


@dataclass
class Preview:
    """The first rows; or why they cannot be shown."""

    names: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    #: Whether these are all rows of the file.
    is_whole: bool = False
    problem: str = ""


def read_preview(client: Client, artifact_name: str, announced_delimiter: str) -> Preview:
    """Read the beginning of the file with the person's own key. Raises an `ApiError` when the API gives no address."""
    try:
        with open_file(client, artifact_name, read_timeout=_SECONDS) as download:
            if download.status != 200:
                return Preview(problem=f"The file's host answered with the status {download.status}.")
            data, is_whole = bytearray(), True
            ends = time.monotonic() + _SECONDS
            for chunk in download.chunks:
                data += chunk
                if len(data) >= _READ_BYTES or time.monotonic() > ends:
                    is_whole = False
                    break
    except (DownloadRefused, DownloadFailed) as error:
        return Preview(problem=str(error))
    return parse_preview(bytes(data), announced_delimiter, is_whole=is_whole)


def parse_preview(data: bytes, announced_delimiter: str, *, is_whole: bool) -> Preview:
    """The rows in the beginning of a file."""
    try:
        start = start_of(data)
        text = "".join(
            piece.decode("utf-8", "ignore")
            for piece in Decoder(encoding_of([start], is_cut=not is_whole)).utf8([start])
        )[:SAMPLE_BYTES]
        shape = shape_of(text, announced_delimiter)
    except NoTable as error:
        return Preview(problem=str(error))
    rows = _rows(text, shape.delimiter, len(shape.names), is_whole=is_whole)
    columns = [Column(place, name, TEXT, 0, 0) for place, name in enumerate(shape.names)]
    return Preview(shape.names, [row_of(columns, row) for row in rows], is_whole)


def _rows(text: str, delimiter: str, width: int, *, is_whole: bool) -> list[list[Any]]:
    """The rows with as many cells as the header, up to the first line that cannot be read."""
    rows: list[list[Any]] = []
    lines = text.splitlines(keepends=True)
    if not is_whole:
        # The last line is cut somewhere.
        lines = lines[:-1]
    reader = csv.reader(lines, delimiter=delimiter)
    try:
        for row in reader:
            if len(row) == width:
                rows.append(list(row))
            if len(rows) > MAXIMUM_ROWS:
                break
    except csv.Error:
        pass
    return rows[1:]
