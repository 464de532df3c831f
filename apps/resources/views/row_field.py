"""One field of one record, changed in its cell of the list; without JavaScript on a page with that field alone."""

from collections.abc import Collection, Mapping
from functools import cached_property
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse

from apps.api.errors import ApiError, RecordNotFound
from apps.resources.forms.contract_form import ContractForm
from apps.resources.views.editing import EditView
from apps.resources.views.toasts import toast_alone
from apps.text.direction import isolated
from apps.ui.columns import Record
from apps.ui.error_pages import describe
from apps.ui.fragments import is_part_wanted
from apps.ui.values import text_of, value_at


class RowFieldView(EditView):
    """As the form of a record, with the one field that the address names (`?name=`): `Resource.row_fields` alone."""

    restores_unsent_form = True

    def setup(self, request: HttpRequest, *arguments: Any, **path: Any) -> None:
        """Inside the list the form stands alone."""
        super().setup(request, *arguments, **path)
        self.is_in_row = is_part_wanted(request)
        self.template = "_row_field.html" if self.is_in_row else "row_field.html"

    @cached_property
    def field_name(self) -> str:
        """The field. Raises 404 for any that is not changed in the list."""
        name = self.request.GET.get("name", "")
        if name not in self.resource.row_fields or "update" not in self.scope.operations:
            raise Http404("no such field in the list")
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
            "cancel_url": self.list_url,
            "list_query": self.list_url.removeprefix(self.list_path),
            "field_label": label,
            "record_id": self.record_id,
        }

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The form; in the list words over it where the record cannot be read."""
        try:
            return super().get(request, **path)
        except ApiError as error:
            if not self.is_in_row:
                raise
            failed = describe(error)
            return toast_alone(self, f"{failed.title}. {failed.cause} {failed.next_step}", failed.status)

    def gone(self, error: RecordNotFound) -> HttpResponse:
        """In the list it is told as any other error is."""
        if self.is_in_row:
            raise error
        return super().gone(error)

    def saved_words(self, before: Record, values: Mapping[str, Any]) -> str:
        """What the field was and is now."""
        label, title = self.resource.label_of(self.field_name), isolated(self.resource.title(before))
        old, new = (text_of(one) for one in (value_at(before, self.field_name), values[self.field_name]))
        return f"{label} of {title}: {isolated(old)} → {isolated(new)}."

    def url_after(self, record_id: str) -> str:
        """The row as it is then; a browser goes back to the list."""
        return self.url("row", record_id) if self.is_in_row else self.list_url
