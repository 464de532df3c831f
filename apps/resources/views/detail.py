"""One record with every field the contract documents, whatever else the API sent, and the records around it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts.access import signed_in_person
from apps.accounts.policy import Capability, may
from apps.api.client import Page
from apps.api.errors import ApiError, RecordNotFound
from apps.api.query import ListQuery
from apps.connections.at_hand import integrations_at_hand
from apps.connections.current_integration import current_integration
from apps.connections.models import Integration
from apps.resources import registry
from apps.resources.details.changed_fields import last_change
from apps.resources.details.outside_changes import note_outside_changes
from apps.resources.details.panels import ChildrenPanel, RelatedPanel, build_panels, fact_id, with_pencils
from apps.resources.details.related_tables import (
    MOST_CHILDREN,
    RelatedList,
    child_table,
    integration_links,
    open_actions,
)
from apps.resources.forms.bodies import leaves
from apps.resources.forms.layout import anchor_of_first
from apps.resources.references.records_with_names import get_with_names
from apps.resources.views.late_lists import Draw, LateLists
from apps.resources.views.row_field import field_url
from apps.resources.views.toasts import toast_alone, toast_context
from apps.shortcuts.opened import name_record
from apps.shortcuts.record_link import RecordLink
from apps.shortcuts.stars import is_starred
from apps.ui.columns import Column, Record, RowContext
from apps.ui.error_pages import describe
from apps.ui.fragments import is_fragment_wanted, is_part_wanted


class DetailView(LateLists):
    """Reads the record fresh from the API, side by side with what lies below it and what refers to it.

    After a change made in place HTMX follows its redirect here, and gets the table of children it was made in,
    or the facts when the value of one (`?changed=`) was edited.
    """

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The record's page; a record that is gone gets a page that says so, with the way back."""
        changed, edited = self._changed_in_place(), self._edited_in_place()
        if self.is_late_one_wanted:
            return self.late_one(lambda: self._read(None))
        try:
            context = self._read(changed)
        except ApiError as error:
            if edited:
                failed = describe(error)
                words = f"The page is as it was before: {failed.title}. Reload it to see the record as it is."
                return toast_alone(self, words, failed.status)
            if changed is not None:
                # The change itself was made, and is said first.
                return self.render("_children_unread.html", {"error": describe(error)})
            if isinstance(error, RecordNotFound):
                return self.gone(error)
            raise
        if edited:
            return self._edited_page(context, edited)
        if changed is None:
            return self._whole_page(context)
        said = list(messages.get_messages(request))
        table = next(table for table in context["children"] if table.panel is changed)
        response = self.render("_children_changed.html", {**context, "table": table, "said": said})
        response["HX-Retarget"], response["HX-Reswap"] = f"#{changed.resource}", "outerHTML"
        return response

    def _whole_page(self, context: dict[str, Any]) -> HttpResponse:
        """The page with the button that stars the record; it is noted as opened once somebody sees it."""
        link = self._link(context)
        response = self.render("detail.html", {**context, **self._star(link)})
        if link.is_kept:
            name_record(response, link)
        return response

    def _edited_page(self, context: dict[str, Any], name: str) -> HttpResponse:
        """What of the page may be another after a value was edited, the field's own fact first."""
        parts = {"page_frame": "resources/_value_edited.html", "edited": name, **toast_context(self)}
        response = self.render("detail.html", {**context, **self._star(self._link(context)), **parts})
        response["HX-Retarget"], response["HX-Reswap"] = f"#{fact_id(name)}", "outerHTML"
        return response

    def _link(self, context: Mapping[str, Any]) -> RecordLink:
        return RecordLink.seen_through(
            self.scope.connection,
            kind=self.resource.label,
            title=context["title"],
            url=self.url("detail", self.record_id),
        )

    def _star(self, link: RecordLink) -> dict[str, Any]:
        if not link.is_kept:
            return {}
        person = signed_in_person(self.request)
        return {
            "star_token": link.token(person),
            "is_starred": is_starred(person, link),
            "star_next": link.url,
        }

    def _edited_in_place(self) -> str:
        """The field whose value was edited on the page before HTMX asked; "" for none."""
        name = self.request.GET.get("changed", "")
        return name if name in self.resource.row_fields and is_part_wanted(self.request) else ""

    def _changed_in_place(self) -> ChildrenPanel | None:
        """The table of children that HTMX wants anew."""
        return next(
            (
                panel
                for panel in self.resource.children
                if is_fragment_wanted(self.request, registry.named(panel.resource).panel_id)
            ),
            None,
        )

    def _read(self, changed: ChildrenPanel | None) -> dict[str, Any]:
        """Everything on the page, read side by side."""
        resource, scope = self.resource, self.scope
        below = [
            (panel, scope.below(child, self.record_id))
            for panel in resource.children
            if (child := registry.by_name(panel.resource)) is not None
        ]
        related = [] if changed else self._related_lists()
        lists: list[Callable[[], Page]] = [
            *(partial(child.read_page, ListQuery(page_size=MOST_CHILDREN)) for _, child in below),
            *(item.read for item in related),
        ]
        read_at = timezone.now()
        columns = [field for panel in resource.panels for field in panel.fields if isinstance(field, Column)]
        record, context, begun = get_with_names(scope, self.read_record, columns, beside=lists)
        links = integration_links(self._integrations, self.integration, self.kwargs)
        draws: list[Draw] = [
            *(partial(child_table, panel, child, parent=record) for panel, child in below),
            *(partial(item.table, integrations=links, parent=record) for item in related),
        ]
        panels: list[ChildrenPanel | RelatedPanel] = [panel for panel, _ in below]
        panels += [item.panel for item in related]
        may_be_late = not (changed or self._edited_in_place())
        tables = self.tables(panels, begun, draws, may_be_late=may_be_late)
        read_below = {
            panel.resource: reading.result()
            for (panel, _), reading, table in zip(below, begun, tables, strict=False)
            if not table.is_late
        }
        return {
            **self._shown(record, context),
            **self._ways_on(record),
            **({} if changed else self._history(record, read_at)),
            "children": tables[: len(below)],
            "related": tables[len(below) :],
            **self.extra_context(record, read_below),
        }

    def _shown(self, record: Record, context: RowContext) -> dict[str, Any]:
        """The record itself: its name, badges and panels."""
        resource = self.resource
        panels = build_panels(
            resource.panels,
            record,
            self.scope.fields,
            context,
            resource.labels,
            resource.hidden_fields,
            resource.explanations,
        )
        in_form = self._names_in_form()
        panels = [
            replace(
                panel,
                edit_anchor=anchor_of_first(
                    (fact.field for fact in panel.facts), resource.form_class.groups, in_form
                ),
            )
            for panel in panels
        ]
        names = [name for name in resource.row_fields if self.scope.may_try("update", self.record_id)]
        if names and may(signed_in_person(self.request), Capability.EDIT, self.scope.service_id):
            panels = with_pencils(
                panels, names, partial(field_url, self.url("field", self.record_id), on_page=True)
            )
        badges = {column.field: column for column in resource.columns}
        return {
            "record_id": self.record_id,
            "record": record,
            "title": resource.title(record),
            "leading_panels": panels[: resource.leading_panels],
            "panels": panels[resource.leading_panels :],
            "badges": [
                badges[name].cell(record, context) for name in resource.quick_filters if name in badges
            ],
        }

    def _names_in_form(self) -> set[str]:
        """The fields that the record's form has."""
        operation = self.scope.operations.get("update")
        return {name for name, _ in leaves(operation.body_fields.values())} if operation else set()

    def _ways_on(self, record: Record) -> dict[str, Any]:
        """What can be done with the record, as far as the contract has it and the person may."""
        operations, person = self.scope.operations, signed_in_person(self.request)
        may_act = may(person, Capability.EDIT, self.scope.service_id)
        may_edit = "update" in operations and may_act
        may_archive = "delete" in operations and may(person, Capability.ARCHIVE, self.scope.service_id)
        edit_refusal = self.refusal_note("update", self.record_id) if may_act else ""
        # Without a bulk operation an action is an edit.
        is_edit = "bulk_status" not in operations
        return {
            "actions": [] if not may_act or (is_edit and edit_refusal) else open_actions(self.scope, record),
            "act_url": self.url("act", self.record_id),
            "edit_url": self.url("edit", self.record_id) if may_edit else "",
            "archive_url": self.url("archive", self.record_id) if may_archive else "",
            "edit_refusal": edit_refusal,
            "archive_refusal": self.refusal_note("delete", self.record_id) if may_archive else "",
            "report_query": self._report_query(),
        }

    def _history(self, record: Record, read_at: datetime) -> dict[str, Any]:
        """What the change log tells of the record: the newest change, and the query of all."""
        of_record = {
            "service": str(self.scope.connection.service_id),
            "resource": self.resource.name,
            "record": self.record_id,
            **self.scope.list_path,
        }
        newest = last_change(self.scope, self.record_id)
        if newest:
            note_outside_changes(self.scope, newest.entry, record, read_at)
        return {
            "last_change": newest,
            "history_query": urlencode(of_record),
        }

    def read_record(self) -> dict[str, Any]:
        """The record, read side by side with what lies below it; in a thread, so without the database."""
        return self.scope.get(self.record_id)

    def extra_context(self, record: Record, below: Mapping[str, Page | ApiError]) -> dict[str, object]:
        """What a resource's own template needs besides; `below` has the children as read, by resource."""
        return {}

    # --- What refers to the record, in an integration ---

    @cached_property
    def _integrations(self) -> Sequence[Integration]:
        """The integrations of the service the record is in."""
        if not self.resource.related and not self.resource.report_filter:
            return []
        available = integrations_at_hand(self.request)
        return [item for item in available if item.service_id == self.scope.connection.service_id]

    @cached_property
    def integration(self) -> Integration | None:
        """The integration that lists and reports about the record are for."""
        return current_integration(self.request, self._integrations)

    def _related_lists(self) -> list[RelatedList]:
        lists = (
            RelatedList.of(panel, self.scope, self.record_id, self.integration)
            for panel in self.resource.related
        )
        return [item for item in lists if item is not None]

    def _report_query(self) -> str:
        """The query of the reports about this record alone; "" where there are none."""
        if not self.resource.report_filter or self.integration is None:
            return ""
        query = {
            "integration_id": self.integration.integration_id,
            f"filter[{self.resource.report_filter}]": self.record_id,
        }
        return urlencode(query, safe="[]")
