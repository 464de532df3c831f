"""One record with every field the contract documents, whatever else the API sent, and the records below it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse

from apps.api.client import Page
from apps.api.errors import ApiError, RecordNotFound
from apps.api.query import ListQuery
from apps.resources import registry
from apps.resources.bulk_actions import BulkAction
from apps.resources.columns import Column, Record, RowContext
from apps.resources.error_pages import ErrorDescription, describe
from apps.resources.markup import Row
from apps.resources.panels import ChildrenPanel, build_panels
from apps.resources.scope import Scope
from apps.resources.views.base import ResourceView

MOST_CHILDREN = 100


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
    label: str
    headers: Sequence[Column]
    rows: Sequence[ChildRow]
    total: int
    list_url: str
    create_url: str
    error: ErrorDescription | None = None


class DetailView(ResourceView):
    """Reads the record fresh from the API, side by side with what lies below it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The record's page; a record that is gone gets a page that says so, with the way back."""
        resource, scope = self.resource, self.scope
        columns = [field for panel in resource.panels for field in panel.fields if isinstance(field, Column)]
        below = [
            (panel, scope.below(child, self.record_id))
            for panel in resource.children
            if (child := registry.by_name(panel.resource)) is not None
        ]
        lists = [partial(child.read_page, ListQuery(page_size=MOST_CHILDREN)) for _, child in below]
        answers: list[Page | ApiError]
        try:
            record, context, answers = scope.get_with_names(self.read_record, columns, beside=lists)
        except RecordNotFound as error:
            return self.render("gone.html", {"record_id": self.record_id, "error": error}, status=404)
        read_below = list(zip(below, answers, strict=True))
        panels = build_panels(
            resource.panels, record, scope.fields, context, resource.field_labels, resource.hidden_fields
        )
        badges = {column.field: column for column in resource.columns}
        return self.render(
            "detail.html",
            {
                "record_id": self.record_id,
                "record": record,
                "title": resource.title(record),
                "leading_panels": panels[: resource.leading_panels],
                "panels": panels[resource.leading_panels :],
                "children": [
                    _child_table(panel, child, answer, record) for (panel, child), answer in read_below
                ],
                "badges": [
                    badges[name].cell(record, context) for name in resource.quick_filters if name in badges
                ],
                "actions": _open_actions(scope, record),
                "act_url": self.url("act", self.record_id),
                "edit_url": self.url("edit", self.record_id) if "update" in scope.operations else "",
                "archive_url": self.url("archive", self.record_id) if "delete" in scope.operations else "",
                **self.extra_context(record, {panel.resource: answer for (panel, _), answer in read_below}),
            },
        )

    def read_record(self) -> dict[str, Any]:
        """The record, read side by side with what lies below it; in a thread, so without the database."""
        return self.scope.get(self.record_id)

    def extra_context(self, record: Record, below: Mapping[str, Page | ApiError]) -> dict[str, object]:
        """What a resource's own template needs besides; `below` has the children as read, by resource."""
        return {}


def _open_actions(scope: Scope, record: Record) -> list[BulkAction]:
    """What can be done with one record and is not so already."""
    return [
        action
        for action in scope.resource.bulk_actions
        if not action.is_destructive
        and action.is_possible(scope.operations)
        and not action.is_done_for(record)
    ]


def _child_table(panel: ChildrenPanel, scope: Scope, answer: Page | ApiError, parent: Record) -> ChildTable:
    resource = scope.resource
    error = describe(answer) if isinstance(answer, ApiError) else None
    records = [] if isinstance(answer, ApiError) else answer.records
    inherited = {name: parent[name] for name in panel.inherited if name in parent}
    rows = [_child_row(scope, {**inherited, **record}) for record in records]
    total = len(rows) if isinstance(answer, ApiError) or answer.total_count is None else answer.total_count
    return ChildTable(
        panel,
        resource.label,
        resource.columns,
        rows,
        total,
        resource.url("list", scope.path),
        resource.url("create", scope.path),
        error,
    )


def _child_row(scope: Scope, record: Record) -> ChildRow:
    resource, record_id = scope.resource, scope.resource.record_id(record)
    cells = [column.cell(record, RowContext()) for column in resource.columns[1:]]

    def url(page: str) -> str:
        return resource.url(page, scope.path, record_id) if record_id else ""

    return ChildRow(
        Row(record_id, resource.title(record), url("detail"), cells),
        url("edit"),
        url("act"),
        _open_actions(scope, record),
        url("archive"),
    )
