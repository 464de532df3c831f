"""A preview: the first rows of a file, shown while the whole is prepared."""

import csv
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from apps.api.client import Client
from apps.api.http.downloads import DownloadFailed, DownloadRefused
from apps.exports.remote.reading import open_file
from apps.look_inside.columns import TEXT, Column
from apps.look_inside.prepare.compression import NotATable, start_of
from apps.look_inside.prepare.csv_dialect import SAMPLE_BYTES, CsvDialect, dialect_of
from apps.look_inside.prepare.csv_rows import Reader
from apps.look_inside.prepare.decoding import CHUNK_BYTES
from apps.look_inside.query.results import row_of
from apps.text.decoding import Decoder
from apps.text.encoding_detection import encoding_of
from apps.ui.tables import Row

MAXIMUM_ROWS = 200
#: Enough of a packed file for SAMPLE_BYTES of text, as a rule.
_READ_BYTES = SAMPLE_BYTES
_UNPACKED_BYTES = 4 * CHUNK_BYTES
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
    return parse_preview(
        bytes(data), announced_delimiter, is_whole=is_whole, shown=client.endpoint.row_filter
    )


def parse_preview(
    data: bytes,
    announced_delimiter: str,
    *,
    is_whole: bool,
    shown: Callable[[Any], Any] | None = None,
) -> Preview:
    """The rows in the beginning of a file, read as the whole will be; `shown` makes of them what may be read."""
    try:
        start = start_of(data, _UNPACKED_BYTES)
        encoding = encoding_of([start], is_cut=not is_whole)
        text = b"".join(Decoder(encoding).utf8([start]))
        sample = text[:SAMPLE_BYTES].decode("utf-8", "ignore")
        dialect = dialect_of(sample, announced_delimiter)
    except NotATable as error:
        return Preview(problem=str(error))
    is_whole = is_whole and len(text) <= SAMPLE_BYTES
    columns = [Column(place, name, TEXT, 0, 0) for place, name in enumerate(dialect.names)]
    rows = _rows(sample, dialect, is_whole=is_whole) if columns else []
    if shown is not None:
        # Each cell with its column's name: names may stand twice.
        rows = [
            [shown({name: value})[name] for name, value in zip(dialect.names, row, strict=False)]
            for row in rows
        ]
    return Preview(dialect.names, [row_of(columns, row) for row in rows], is_whole)


def _rows(sample: str, dialect: CsvDialect, *, is_whole: bool) -> list[list[Any]]:
    """The first rows; of a file that goes on not the last line, which is cut somewhere."""
    if not is_whole:
        sample = sample[
            : max(sample.rfind("\n"), sample.rfind("\r") if dialect.has_old_line_ends else -1) + 1
        ]
    clean = io.BytesIO()
    reader = Reader(len(dialect.names), dialect.delimiter, clean.write, head_lines=dialect.head_lines)
    for _ in reader.read([sample.encode()], has_old_line_ends=dialect.has_old_line_ends):
        pass
    text = io.StringIO(clean.getvalue().decode(), newline="")
    return list(islice(csv.reader(text, delimiter=dialect.delimiter), MAXIMUM_ROWS))
