"""Reads a list page by page into rows of cells: each record once, four pages ahead at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial

from apps.api.client import Page
from apps.api.errors import ApiError, UnreadableAnswer
from apps.api.parallel import MAXIMUM_CALLS_AT_ONCE, run_together
from apps.api.query import MAXIMUM_PAGE_SIZE, ListQuery
from apps.resources.files.columns import FileColumn, file_columns
from apps.resources.lists.columns import ListColumns
from apps.resources.references.records_with_names import list_with_names
from apps.resources.scope import Scope
from apps.ui.columns import RowContext

#: (id, cells) of a record; its id is "" where it has none.
FileRow = tuple[str, list[str]]


@dataclass(frozen=True)
class FilePage:
    """One page of a list as rows of cells."""

    rows: list[FileRow]
    #: What the API tells of the whole list; None where it does not.
    row_count: int | None
    page_count: int | None


class ListReader:
    """Reads one list, as its query filters and sorts it, through one person's key.

    `columns` are the fields of the columns that the file has after the title; none are those the list declares.
    """

    def __init__(self, scope: Scope, query: ListQuery, columns: Sequence[str] = ()) -> None:
        self._scope = scope
        self._shown, _unknown = ListColumns(scope.resource, scope.catalogue).chosen(columns)
        self._query = replace(query, page_size=MAXIMUM_PAGE_SIZE)
        self.columns: Sequence[FileColumn] = file_columns(scope.resource, scope.shown_fields, self._shown)

    @property
    def headers(self) -> list[str]:
        """The first row of the file."""
        return [column.header for column in self.columns]

    @property
    def numbers(self) -> list[bool]:
        """Which columns hold numbers."""
        return [column.is_number for column in self.columns]

    def page(self, number: int) -> FilePage:
        """One page. Raises an `ApiError`; `UnreadableAnswer` for one that is not told whole."""
        query = replace(self._query, page_number=number)
        page, _, context = list_with_names(self._scope, query, self._shown)
        if page.truncated or page.skipped:
            raise UnreadableAnswer(
                self._scope.operations["list"].id,
                f"The service sent {page.truncated + page.skipped:,} rows that cannot be read.",
            )
        return FilePage(self._rows(page, context), page.total_count, page.total_page)

    def _rows(self, page: Page, context: RowContext) -> list[FileRow]:
        record_id = self._scope.resource.record_id
        return [
            (record_id(record), [column.cell(record, context) for column in self.columns])
            for record in page.records
        ]

    def pages(self, numbers: range) -> list[FilePage]:
        """These pages, read side by side. Raises the first one's `ApiError`."""
        answers = run_together(*(partial(self.page, number) for number in numbers))
        failed = next((answer for answer in answers if isinstance(answer, ApiError)), None)
        if failed:
            raise failed
        return [answer for answer in answers if isinstance(answer, FilePage)]

    def rows(self, first: FilePage) -> Iterator[list[list[str]]]:
        """All rows behind the first page, and those on it, in batches; a record that moved to another page counts once.

        Raises an `ApiError` in the middle when a page cannot be read.
        """
        seen: set[str] = set()
        yield new_rows(first.rows, seen)
        for numbers in batches(2, first.page_count):
            some = [row for page in self.pages(numbers) for row in page.rows]
            found = new_rows(some, seen)
            if not found:
                # Behind the end, or the last page once more.
                return
            yield found


def batches(next_page: int, page_count: int | None) -> Iterator[range]:
    """The numbers of pages to read side by side; without end where nobody knows how many there are."""
    while page_count is None or next_page <= page_count:
        end = next_page + MAXIMUM_CALLS_AT_ONCE
        yield range(next_page, end if page_count is None else min(end, page_count + 1))
        next_page = end


def new_rows(rows: Sequence[FileRow], seen: set[str]) -> list[list[str]]:
    """The cells of those rows whose record was not seen yet; the ids are seen from now on."""
    found = []
    for record_id, cells in rows:
        if record_id and record_id in seen:
            continue
        seen.add(record_id)
        found.append(cells)
    return found
