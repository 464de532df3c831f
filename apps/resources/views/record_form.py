"""What the pages of new and edited records have in common: the form, its look-ups, and what went wrong."""

from collections.abc import Collection
from functools import cached_property
from typing import Any

from django.http import HttpResponse, QueryDict

from apps.accounts.unsent_forms import take_unsent_form
from apps.api.contract.contract import Operation
from apps.api.errors import ApiError, RequestRefused
from apps.resources.forms.contract_form import ContractForm, Lookup
from apps.resources.forms.lookups import lookups_of, resolved_references
from apps.resources.references.resolver import Resolver
from apps.resources.views.base import ResourceView
from apps.ui.columns import Record
from apps.ui.error_pages import describe
from apps.ui.values import text_of, value_at

#: Statuses a form's page answers with: 422 for what the person can mend.
REFUSED = 422
CONFLICT = 409


class FormView(ResourceView):
    """What new and edited records have in common."""

    http_method_names = ["get", "head", "post"]
    #: A form that was sent after the session ended is shown here again (`apps.accounts.unsent_forms`).
    restores_unsent_form = True
    role: str
    template = "form.html"

    @cached_property
    def unsent(self) -> QueryDict | None:
        """What was typed into this form before the session ended, when it is opened again; else None."""
        return take_unsent_form(self.request)

    @property
    def operation(self) -> Operation:
        """The contract's operation the form is made from."""
        return self.scope.operations[self.role]

    def form(
        self, data: Any = None, original: Record | None = None, untouched: Collection[str] = ()
    ) -> ContractForm:
        """The resource's form over the operation's body."""
        # Two forms may be open in place at once, on one page.
        auto_id = f"id_{self.resource.name}_%s" if self.is_in_place else "id_%s"
        return self.resource.form_class(
            data, operation=self.operation, original=original, untouched=untouched, auto_id=auto_id
        )

    def bound(self, data: QueryDict, original: Record | None = None) -> ContractForm:
        """The form over what was sent, with ids where a record was named; what is no id is refused in words."""
        references = self.resource.form_class.references
        typed = {
            name: text
            for name in references
            if (text := data.get(name, "")) != text_of(value_at(original or {}, name))
        }
        found = resolved_references(self._resolver, references, typed)
        sent = data.copy()
        for name, resolution in found.items():
            if resolution.record_id:
                sent[name] = resolution.record_id
        form = self.form(sent, original)
        form.unresolved = {name: item for name, item in found.items() if not item.record_id}
        return form

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.scope.connection, self.scope.client, self.scope.path)

    def show(self, form: ContractForm, status: int = 200, **context: Any) -> HttpResponse:
        """The form's page, or the form alone where it was opened in place."""
        form.lookups = self._lookups(form)
        form.inherited = self._inherited(form)
        template = "_form_in_place.html" if self.is_in_place else self.template
        is_begun = self.request.method in ("GET", "HEAD")
        record_id = self.record_id if self.role == "update" else ""
        refusal = self.refusal_note(self.role, record_id) if is_begun else ""
        context = {"form": form, "refusal": refusal, **self.page_context(), **context}
        return self.render(template, context, status=status)

    def _lookups(self, form: ContractForm) -> dict[str, Lookup]:
        """The records that the form's references may be, and the names of those they are."""
        chosen = {field: str(form[field].value() or "") for field in form.references if field in form.fields}
        return lookups_of(self.scope, self.kwargs, form.references, chosen, form.unresolved)

    def _inherited(self, form: ContractForm) -> Record:
        """What the record above says, where the form names a unit that only it has; without it there is no unit."""
        is_outside = any(unit.isidentifier() and unit not in form.fields for unit in form.units.values())
        return self.scope.read_inherited() if is_outside else {}

    def page_context(self) -> dict[str, Any]:
        """Heading, button and way back."""
        raise NotImplementedError

    def show_error(self, form: ContractForm, error: ApiError, **context: Any) -> HttpResponse:
        """The form again, with the API's words at the fields or the cause on top."""
        if isinstance(error, RequestRefused):
            form.show_refusal(error)
            return self.show(form, REFUSED, **context)
        description = describe(error)
        response = self.show(form, description.status, problem=description, **context)
        if description.retry_after:
            response["Retry-After"] = str(description.retry_after)
        return response
