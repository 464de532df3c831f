"""One field of one record, edited where it is seen: in its cell of the list, or beside the facts on the record's page.

Without JavaScript it has a page of its own.
"""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote, urlencode

from django.http import Http404, HttpRequest, HttpResponse

from apps.api.errors import ApiError, RecordNotFound
from apps.resources.forms.contract_form import ContractForm
from apps.resources.references.records_with_names import names_of
from apps.resources.views.editing import EditView
from apps.resources.views.toasts import toast_alone
from apps.text.direction import isolated
from apps.ui.columns import BadgeColumn, Record, ReferenceColumn, RowContext
from apps.ui.error_pages import describe
from apps.ui.fragments import is_part_wanted
from apps.ui.values import is_missing, text_of, value_at

#: Says where the field is edited, and so what comes after it: the record's own page, or without it the list.
PLACE = "on"
RECORD_PAGE = "page"


def field_url(address: str, name: str, *, on_page: bool = False) -> str:
    """Where one field is edited; `address` is that of the view."""
    return f"{address}?{urlencode({'name': name, **({PLACE: RECORD_PAGE} if on_page else {})})}"


class RowFieldView(EditView):
    """As the form of a record, with the one field that the address names (`?name=`): `Resource.row_fields` alone."""

    restores_unsent_form = True

    def setup(self, request: HttpRequest, *arguments: Any, **path: Any) -> None:
        """In its place the form stands alone."""
        super().setup(request, *arguments, **path)
        self.is_in_row = is_part_wanted(request)
        self.is_on_page = request.GET.get(PLACE) == RECORD_PAGE
        self.template = "_row_field.html" if self.is_in_row else "row_field.html"

    @cached_property
    def field_name(self) -> str:
        """The field. Raises 404 for any that is not edited in its place."""
        name = self.request.GET.get("name", "")
        if name not in self.resource.row_fields or "update" not in self.scope.operations:
            raise Http404("no such field is edited in its place")
        return name

    def form(
        self, data: Any = None, original: Record | None = None, untouched: Collection[str] = ()
    ) -> ContractForm:
        """The resource's form with that field alone."""
        return self.resource.form_class(
            data,
            operation=self.operation,
            original=original,
            untouched=untouched,
            only=(self.field_name,),
            # Django fills the name in by `%`, of which an id that is quoted has its own.
            auto_id=f"id_{quote(self.record_id, safe='').replace('%', '%%')}_%s",
        )

    def page_context(self) -> dict[str, Any]:
        """Words for the one field."""
        label = self.resource.label_of(self.field_name)
        return {
            **super().page_context(),
            "heading": f"{label} of {self.resource.label.lower()} {self.record_id}",
            "cancel_url": self.url("detail", self.record_id) if self.is_on_page else self.list_url,
            "list_query": self.list_url.removeprefix(self.list_path),
            "field_label": label,
            "words_when_on": self.resource.value_words(self.field_name).get("true", label),
            "record_id": self.record_id,
        }

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The form; in its place words over it where the record cannot be read."""
        try:
            return super().get(request, **path)
        except ApiError as error:
            if not self.is_in_row:
                raise
            failed = describe(error)
            return toast_alone(self, f"{failed.title}. {failed.cause} {failed.next_step}", failed.status)

    def gone(self, error: RecordNotFound) -> HttpResponse:
        """In its place it is told as any other error is."""
        if self.is_in_row:
            raise error
        return super().gone(error)

    def saved_words(self, before: Record, values: Mapping[str, Any]) -> str:
        """What the field was and is now."""
        label, title = self.resource.label_of(self.field_name), isolated(self.resource.title(before))
        old, new = self._in_words(before, value_at(before, self.field_name), values[self.field_name])
        return f"{label} of {title}: {isolated(old)} → {isolated(new)}."

    def _in_words(self, record: Record, *values: Any) -> list[str]:
        """The values as lists show them; numbers and texts as they are."""
        columns = {column.field: column for column in self.resource.columns}
        column = columns.get(self.field_name)
        if isinstance(column, ReferenceColumn):
            keys = [text_of(value) for value in values if not is_missing(value)]
            context = RowContext(names=names_of(self.scope, {column.tag: keys}))
        elif isinstance(column, BadgeColumn):
            context = RowContext()
        else:
            return [text_of(value) for value in values]
        return [column.cell_of(value, record, context).text for value in values]

    def url_after(self, record_id: str) -> str:
        """The row as it is then, or the facts; a browser goes back to the list, or to the record's page."""
        if not self.is_on_page:
            return self.url("row", record_id) if self.is_in_row else self.list_url
        page = self.url("detail", record_id)
        return f"{page}?{urlencode({'changed': self.field_name})}" if self.is_in_row else page
