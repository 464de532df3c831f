"""Reads records together with the names of what they refer to, and what rows of them need besides, side by side."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from typing import Any

from apps.api.client import Page
from apps.api.errors import ApiError
from apps.api.parallel import begin_together, run_together
from apps.api.query import ListQuery
from apps.resources import registry
from apps.resources.lists.state import FieldCatalogue
from apps.resources.references.name_cache import NameCache, Names, referenced_ids
from apps.resources.scope import Scope
from apps.ui.columns import Record, ReferenceColumn, RowContext

NOTHING_ELSE: Mapping[str, Iterable[str]] = {}


def list_with_names(
    scope: Scope,
    query: ListQuery,
    columns: Iterable[object],
    also: Mapping[str, Iterable[str]] = NOTHING_ELSE,
) -> tuple[Page, ListQuery, RowContext]:
    """One page of records, the query it answers, and what its columns need to draw them.

    `also` are ids by tag whose names are wanted besides. Raises the `ApiError` of the page.
    """
    reading = _Reading(scope, columns, also)
    page, answered = reading.alone(partial(scope.search, query))
    return page, answered, reading.row_context(page.records)


def get_with_names(
    scope: Scope,
    read: Callable[[], dict[str, Any]],
    columns: Iterable[object],
    beside: Sequence[Callable[[], Page]] = (),
) -> tuple[dict[str, Any], RowContext, list[Future[Page | ApiError]]]:
    """The record that `read` gives, what its columns need to draw it, and the calls made beside it, under way.

    Raises the `ApiError` of the record.
    """
    reading = _Reading(scope, columns)
    begun = begin_together(*beside) if beside else []
    record = reading.alone(read)
    return record, reading.row_context([record]), begun


def several_with_names(
    scope: Scope, reads: Sequence[Callable[[], dict[str, Any]]], columns: Iterable[object]
) -> tuple[list[dict[str, Any] | ApiError], RowContext]:
    """Records read one by one, side by side, each or why it was not read; and what columns need to draw them."""
    reading = _Reading(scope, columns)
    answers = reading.together(reads)
    return answers, reading.row_context([answer for answer in answers if not isinstance(answer, ApiError)])


def row_context(scope: Scope, records: Sequence[Record], columns: Iterable[object]) -> RowContext:
    """What columns need to draw records that were read already."""
    reading = _Reading(scope, columns)
    reading.together([])
    return reading.row_context(records)


def names_of(scope: Scope, typed: Mapping[str, Iterable[str]]) -> dict[str, Names]:
    """The names of records whose ids were typed, by tag and id, read side by side; none for what is no id."""
    caches = {tag: NameCache(scope.connection, scope.client, tag) for tag in typed}
    ids = {}
    for tag, texts in typed.items():
        catalogue = FieldCatalogue(scope.contract.record_fields(tag), scope.contract)
        ids[tag] = {key for text in texts if (key := catalogue.as_id(text))}
    _complete(caches, ids)
    return {tag: item.names for tag, item in caches.items()}


class _Reading:
    """One read of records, and of what is read beside them."""

    def __init__(
        self, scope: Scope, columns: Iterable[object], also: Mapping[str, Iterable[str]] = NOTHING_ELSE
    ) -> None:
        self._scope = scope
        self._also = also
        self._references = [column for column in columns if isinstance(column, ReferenceColumn)]
        self._caches = {
            column.tag: NameCache(scope.connection, scope.client, column.tag) for column in self._references
        }
        self._caches |= {tag: self._names_of_tag(tag) for tag in also if tag not in self._caches}
        self._inherited: Record = {}

    def alone(self, call: Callable[[], Any]) -> Any:
        """What the call gives. Raises its `ApiError`."""
        [answer] = self.together([call])
        if isinstance(answer, ApiError):
            try:
                raise answer
            finally:
                # Its traceback holds this frame: they would keep each other, and the page that reads.
                del answer
        return answer

    def together(self, calls: Sequence[Callable[[], Any]]) -> list[Any]:
        """What the calls give, each or its `ApiError`; beside them what the columns need is read."""
        above = [self._scope.read_inherited] if self._scope.resource.inherited else []
        cold = [item.first_page for item in self._caches.values() if item.is_cold]
        answers = run_together(*calls, *above, *cold)
        if above:
            taken = answers[len(calls)]
            self._inherited = {} if isinstance(taken, ApiError) else taken
        return answers[: len(calls)]

    def row_context(self, records: Sequence[Record]) -> RowContext:
        """What columns need to draw the records; the names that are still unknown are read now."""
        scope = self._scope
        ids: dict[str, set[str]] = {tag: set(self._also.get(tag, ())) for tag in self._caches}
        for reference in self._references:
            ids[reference.tag] |= referenced_ids(records, reference.field)
        _complete(self._caches, ids)
        urls = {
            tag: resource.url_of_record(scope.list_path)
            for tag in self._caches
            if (resource := registry.by_tag(tag)) is not None
        }
        names = {tag: item.names for tag, item in self._caches.items()}
        return RowContext(names, urls, self._inherited, scope.shown_fields)

    def _names_of_tag(self, tag: str) -> NameCache:
        resource, scope = registry.by_tag(tag), self._scope
        names = resource.path_parameters if resource else ()
        return NameCache(
            scope.connection, scope.client, tag, {name: scope.path[name] for name in names} or None
        )


def _complete(caches: Mapping[str, NameCache], ids: Mapping[str, Iterable[str]]) -> None:
    """Read the names still unknown, of all tags side by side."""
    run_together(*(partial(caches[tag].complete, wanted) for tag, wanted in ids.items()))
