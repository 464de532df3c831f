"""Takes an uploaded file in: read once, with a first guess at its columns."""

from collections.abc import Mapping

from django.db.models.functions import Now

from apps.accounts.models import User
from apps.bulk.imports.columns.mapping import as_data, guessed
from apps.bulk.imports.columns.targets import Targets
from apps.bulk.imports.models import KEPT, ImportFile
from apps.bulk.imports.reading.files import read_table
from apps.bulk.imports.reading.tables import NotATable, Row, SheetError
from apps.bulk.imports.stored_rows import packed
from apps.text.typed import one_line
from apps.ui.values import shortened, text_of

#: So many files of one person are kept.
MOST_FILES = 20
_SAMPLE_ROWS = 5
_LONGEST_IN_SAMPLE = 80


def take_in(owner: User, targets: Targets, path: Mapping[str, str], name: str, content: bytes) -> ImportFile:
    """The stored file. Raises `NotATable` for one that cannot be read to its end, or holds no row."""
    table = read_table(content, lambda header: bool(targets.guess(" ".join(header.split()))))
    rows = list(table.rows)
    if not rows:
        raise NotATable("The file has the names of columns and no row below them.")
    _make_room(owner)
    return ImportFile.objects.create(
        owner=owner,
        service=targets.scope.connection.service,
        resource_name=targets.resource.name,
        path=dict(path),
        name=shortened(one_line(name) or "file", 200),
        content=packed(rows),
        read_as=shortened(table.words, 300),
        row_count=len(rows),
        sample=[_shown(row, len(table.headers)) for row in rows[:_SAMPLE_ROWS]],
        columns=as_data(guessed(table.headers, targets)),
        due_at=Now() + KEPT,
    )


def _make_room(owner: User) -> None:
    """Remove the person's oldest files where they would have more than they need."""
    newest = ImportFile.objects.filter(owner=owner).order_by("-created_at").values_list("pk", flat=True)
    ImportFile.objects.filter(pk__in=list(newest[MOST_FILES - 1 :])).delete()


def _shown(row: Row, width: int) -> list[str]:
    cells = [
        cell.text if isinstance(cell, SheetError) else text_of(cell) if cell != "" else ""
        for cell in row.cells
    ]
    cells = [shortened(cell, _LONGEST_IN_SAMPLE) for cell in cells]
    return [*cells, *[""] * (width - len(cells))][:width]
