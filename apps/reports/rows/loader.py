"""Loads the rows of a report: one call with the person's key, and look-ups of the names that rows lack."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from hashlib import sha256

from django.core.cache import cache

from apps.api.client import Client, ReportPage
from apps.api.contract.contract import Field
from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.connections.models import Connection
from apps.reports.report_types import ReportType
from apps.reports.rows.recently_shown import ShownRow, own_ids, remember_shown_rows
from apps.reports.rows.references import BY_FILTER, KINDS, nameless_ids, time_text_of
from apps.reports.rows.seen_columns import note_columns
from apps.reports.state import FILTERS, ReportState
from apps.resources import registry
from apps.resources.lists.state import FieldCatalogue
from apps.resources.references.name_cache import NameCache
from apps.ui.columns import Record, RowContext

#: How long a page that was read serves the rows one opens on it.
PAGE_CACHE_SECONDS = 300


class RowLoader:
    """Loads one report of one integration with the key of a person."""

    def __init__(self, report: ReportType, connection: Connection, client: Client, integration: str) -> None:
        self._report = report
        self._client = client
        self._connection = connection
        self._service_id = connection.service_id
        self._place = {"integrationID": integration}
        kind = "hidden" if client.endpoint.row_filter else "whole"
        self._page_key = f"report:{connection.key_name}:{report.slug}:{kind}"
        self._names = {
            kind.tag: NameCache(connection, client, kind.tag, self._place if kind.tag == "Offers" else None)
            for kind in KINDS.values()
        }

    def read(self, state: ReportState) -> ReportPage:
        """The page, in one call; beside it the names of what it is filtered by. Raises `ApiError`."""
        wanted = [
            partial(self._names[kind.tag].complete, [value])
            for name, value in state.filters
            if (kind := BY_FILTER.get(name)) and self._is_id(kind.tag, value)
        ]
        page, *_names = run_together(partial(self._read_page, state), *wanted)
        if isinstance(page, ApiError):
            raise page
        if not isinstance(page, ReportPage):
            raise TypeError(f"the report gave {type(page).__name__}")
        note_columns(self._service_id, self._report.slug, page.records)
        cache.set(self._page_key, (_digest(state), page), PAGE_CACHE_SECONDS)
        self._note_shown(state, page.records)
        return page

    def _note_shown(self, state: ReportState, records: Sequence[Record]) -> None:
        """Whoever copies any id from these rows finds its row again at once."""
        rows = [
            (
                ShownRow(self._report.slug, cursor, time_text_of(record, self._report), state.time_zone),
                own_ids(record),
            )
            for record in records
            if (cursor := row_id(record))
        ]
        if rows:
            place = f"{self._report.slug}:{_digest(state)}"
            remember_shown_rows(self._connection, self._place["integrationID"], place, rows)

    def read_again(self, state: ReportState) -> ReportPage:
        """The page that was read last when it is this one, so that opening its rows asks for nothing."""
        known = cache.get(self._page_key)
        if known and known[0] == _digest(state):
            return known[1]  # type: ignore[no-any-return]
        return self.read(state)

    def page_with(self, state: ReportState, row: str) -> ReportState | None:
        """A page of the same range that ends with a row, wherever that lies by now; None when there is none."""
        older = self._client.report(
            self._report.table_operation_id,
            [
                (name, "1" if name == "page[size]" else value)
                for name, value in state.older(row, None).api_parameters()
            ],
        )
        cursor = older.start_cursor or _row_id(older.records)
        return state.newer(cursor, None) if cursor else None

    def _is_id(self, tag: str, value: str) -> bool:
        """Whether a value may be an id; publishers and advertisers are filtered by their names as well."""
        contract = self._client.endpoint.contract
        return FieldCatalogue(contract.record_fields(tag), contract).as_id(value) == value

    def _read_page(self, state: ReportState) -> ReportPage:
        return self._client.report(self._report.table_operation_id, state.api_parameters())

    def context(self, records: Sequence[Record]) -> RowContext:
        """Names and addresses of what the rows refer to; only names that the rows lack are asked for."""
        asked = [
            partial(self._names[kind.tag].complete, ids)
            for kind in KINDS.values()
            if (ids := nameless_ids(records, kind) - self._names[kind.tag].names.keys())
        ]
        run_together(*asked)
        urls = {
            kind.tag: resource.url_of_record(self._place)
            for kind in KINDS.values()
            if (resource := registry.by_tag(kind.tag)) is not None
        }
        fields = self._client.endpoint.contract.operation(self._report.table_operation_id).answer_fields
        return RowContext(self.names, urls, fields=fields)

    @property
    def filters(self) -> Mapping[str, Field]:
        """By name what the API filters this report by."""
        parameters = self._client.endpoint.contract.operation(
            self._report.table_operation_id
        ).query_parameters
        return {name: parameters[key] for name in FILTERS if (key := f"filter[{name}]") in parameters}

    @property
    def names(self) -> Mapping[str, Mapping[str, str]]:
        """The names known so far, by tag and id."""
        return {tag: item.names for tag, item in self._names.items()}


def row_id(record: Record) -> str:
    """What names a row in addresses, and is its cursor; "" for a row that nothing names."""
    value = record.get("real_tx_id")
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    text = str(value).strip()
    return text if len(text) <= 200 else ""


def _row_id(records: Iterable[Record]) -> str:
    return next((key for record in records if (key := row_id(record))), "")


def _digest(state: ReportState) -> str:
    return sha256(repr(state.api_parameters()).encode()).hexdigest()
