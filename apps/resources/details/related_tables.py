"""Tables on a record's page: the records that lie below it, and those elsewhere that refer to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from apps.api.client import Page
from apps.api.errors import ApiError
from apps.api.query import Filter, ListQuery
from apps.connections.models import Integration
from apps.resources import registry
from apps.resources.details.panels import ChildrenPanel, RelatedPanel
from apps.resources.lists.rows import record_rows
from apps.resources.lists.state import ListState
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.resources.writes.actions import BulkAction
from apps.ui.columns import Column, Record, RowContext
from apps.ui.contract_values import as_boolean
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.links import ChoiceLink
from apps.ui.tables import Row

MOST_CHILDREN = 100
MOST_RELATED = 10


@dataclass(frozen=True)
class ChildRow:
    """One child, and what can be done with it from here."""

    row: Row
    edit_url: str
    act_url: str
    actions: Sequence[BulkAction]
    archive_url: str


@dataclass(frozen=True)
class ChildTable:
    """The children of a record as its page shows them, or why they could not be read."""

    panel: ChildrenPanel
    resource: Resource
    headers: Sequence[Column]
    rows: Sequence[ChildRow]
    total: int
    list_url: str
    create_url: str
    error: ErrorDescription | None = None
    #: What the key was refused here, in a sentence; "" where it may add one.
    create_refusal: str = ""
    is_late: ClassVar = False


@dataclass(frozen=True)
class RelatedTable:
    """Records that refer to this one, or why they could not be read."""

    panel: RelatedPanel
    resource: Resource
    headers: Sequence[Column]
    rows: Sequence[Row]
    total: int
    list_url: str
    integrations: Sequence[ChoiceLink] = ()
    error: ErrorDescription | None = None
    #: What the record says of itself that does not go with these.
    contradiction: str = ""
    is_late: ClassVar = False


def open_actions(scope: Scope, record: Record) -> list[BulkAction]:
    """What can be done with one record and is not so already."""
    return [
        action
        for action in scope.resource.bulk_actions
        if not action.is_destructive
        and action.is_possible(scope.operations)
        and not action.is_done_for(record)
        and action.may_be_tried(scope, scope.resource.record_id(record))
    ]


def child_table(panel: ChildrenPanel, scope: Scope, answer: Page | ApiError, parent: Record) -> ChildTable:
    """The table of one kind of children, as the API answered."""
    resource = scope.resource
    error = describe(answer) if isinstance(answer, ApiError) else None
    records = [] if isinstance(answer, ApiError) else answer.records
    context = RowContext(inherited=scope.inherited_from(parent), fields=scope.shown_fields)
    rows = [
        _child_row(scope, record, row)
        for record, row in zip(records, record_rows(scope, records, resource.columns, context), strict=True)
    ]
    return ChildTable(
        panel,
        resource,
        resource.columns,
        rows,
        _total(answer, len(rows)),
        resource.url("list", scope.path),
        resource.url("create", scope.path),
        error,
        resource.refusal_note(scope, None, "create"),
    )


def _total(answer: Page | ApiError, count: int) -> int:
    return count if isinstance(answer, ApiError) or answer.total_count is None else answer.total_count


def _child_row(scope: Scope, record: Record, row: Row) -> ChildRow:
    resource, record_id = scope.resource, row.record_id

    def url(page: str) -> str:
        return resource.url(page, scope.path, record_id) if record_id else ""

    return ChildRow(
        row,
        url("edit") if record_id and scope.may_try("update", record_id) else "",
        url("act"),
        open_actions(scope, record),
        url("archive") if record_id and scope.may_try("delete", record_id) else "",
    )


class RelatedList:
    """The records of another resource whose field holds this record's id, read through the API's own filter."""

    def __init__(self, panel: RelatedPanel, scope: Scope, record_id: str) -> None:
        self.panel = panel
        self.scope = scope
        self._state = ListState(filters=(Filter(panel.field, "eq", record_id),))

    @classmethod
    def of(
        cls, panel: RelatedPanel, scope: Scope, record_id: str, integration: Integration | None
    ) -> "RelatedList | None":
        """The list as seen from one record; None where its place in the API is not known."""
        resource = registry.named(panel.resource)
        path = {**scope.path, **({"integrationID": integration.integration_id} if integration else {})}
        if any(name not in path for name in resource.path_parameters):
            return None
        return cls(panel, scope.at(resource, path), record_id)

    @property
    def url(self) -> str:
        """The address of the whole list."""
        return self.scope.resource.url("list", self.scope.path) + self._state.query_string()

    def read(self) -> Page:
        """The first of them, by name."""
        name = self.scope.resource.title_field
        sort = (name,) if self.scope.catalogue.is_comparable(name) else ()
        return self.scope.read_page(ListQuery(page_size=MOST_RELATED, sort=sort, filters=self._state.filters))

    def table(
        self, answer: Page | ApiError, integrations: Sequence[ChoiceLink], parent: Record
    ) -> RelatedTable:
        """The table, as the API answered; `parent` is the record that these refer to."""
        resource, scope = self.scope.resource, self.scope
        columns = [column for column in resource.columns if column.field != self.panel.field]
        records = [] if isinstance(answer, ApiError) else answer.records
        rows = record_rows(scope, records, columns, RowContext(fields=scope.shown_fields))
        return RelatedTable(
            self.panel,
            resource,
            columns,
            rows,
            _total(answer, len(rows)),
            self.url,
            integrations if "integrationID" in resource.path_parameters else (),
            describe(answer) if isinstance(answer, ApiError) else None,
            self.panel.despite if rows and as_boolean(parent.get(self.panel.switch)) is False else "",
        )


def integration_links(
    available: Sequence[Integration], current: Integration | None, path: Mapping[str, str]
) -> list[ChoiceLink]:
    """The switch between integrations; none where there is nothing to switch."""
    if len(available) < 2 or "integrationID" in path:
        return []
    return [
        ChoiceLink(item.label, f"?integration_id={item.integration_id}", item == current)
        for item in available
    ]
