"""Answers that are workbooks, made of rows of texts."""

import tempfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from django.http import FileResponse

from apps.ui.files.csv_files import plain_file_name
from apps.ui.files.workbook import write_workbook

#: So many rows are made within a page; CSV, which is streamed, has them all.
MOST_ROWS = 50_000
_BATCH = 500
_IN_MEMORY = 4_000_000


def workbook_response(name: str, header: Sequence[str], rows: Iterable[Sequence[str]]) -> FileResponse:
    """A download called `name`.xlsx with these rows, the first 50,000 of them. Every cell is a text."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115
    write_workbook(file, header, [False] * len(header), _batches(rows), MOST_ROWS)
    file.seek(0)
    return FileResponse(
        file,
        as_attachment=True,
        filename=f"{plain_file_name(name)}.xlsx",
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    )


def _batches(rows: Iterable[Sequence[str]]) -> Iterator[list[Sequence[str]]]:
    left = iter(rows)
    while batch := list(islice(left, _BATCH)):
        yield batch
