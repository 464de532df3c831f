"""The page of a draft: which fields of the selected records are edited, and how."""

from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views import View

from apps.accounts.access import signed_in_person
from apps.accounts.unsent_forms import take_unsent_form
from apps.api.client import PAGE
from apps.bulk.edit.form import CHOICE, VALUE, EditForm, control_name
from apps.bulk.field_edits import Operation
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRun
from apps.bulk.run.at_once import do_at_once
from apps.bulk.run.decisions import instruct
from apps.bulk.states import State
from apps.bulk.views.access import own_run
from apps.connections.clients import connection_for_service
from apps.resources.forms.lookups import lookups_of, resolved_references
from apps.resources.references.resolver import Resolver
from apps.resources.scope import Scope

REFUSED = 422


class EditFieldsView(View):
    """Takes what to do with which fields, and has the run planned; a run that was told already shows its plan."""

    http_method_names = ["get", "head", "post"]
    restores_unsent_form = True

    @cached_property
    def scope(self) -> Scope:
        """The owner's way to the records. Raises `NoConnection`, and 404 for a resource that is not edited any more."""
        run = self.run
        try:
            resource = run.resource_declaration
        except LookupError as error:
            raise Http404("no such resource") from error
        connection = connection_for_service(signed_in_person(self.request), run.service)
        scope = Scope.through(
            connection, resource, run.path, profile=PAGE, seconds=settings.PAGE_DEADLINE_SECONDS
        )
        if "update" not in scope.operations:
            raise Http404("the contract has no operation that changes these")
        return scope

    @cached_property
    def run(self) -> BulkRun:
        """The person's own run. Raises 404 for any other."""
        return own_run(self.request, self.kwargs["run_id"])

    def get(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """The form with every field left as it is, or with what was typed before the session ended."""
        if self.run.state != State.DRAFT:
            return redirect(self.run)
        return self._show(self._form(take_unsent_form(request)))

    def post(self, request: HttpRequest, run_id: UUID) -> HttpResponse:
        """Store the instruction and go to the plan."""
        if self.run.state != State.DRAFT:
            return redirect(self.run)
        form = self._form(request.POST)
        if not form.is_valid():
            return self._show(form, REFUSED)
        # Where somebody was quicker, in another tab, the page of the run shows what was said there.
        if instruct(self.run, Instruction(Kind.EDIT, edits=form.edits)):
            do_at_once(self.run)
        return redirect(self.run)

    def _form(self, data: QueryDict | None) -> EditForm:
        """The form over what was sent, with ids where a record was named."""
        form = EditForm(self.scope.resource, self.scope.operations["update"])
        if data is None:
            return form
        typed = {
            name: data.get(control_name(VALUE, name), "")
            for name in form.references
            if data.get(control_name(CHOICE, name)) == Operation.SET
        }
        resolver = Resolver(self.scope.connection, self.scope.client, self.scope.path)
        found = resolved_references(resolver, form.references, typed)
        sent = data.copy()
        for name, resolution in found.items():
            if resolution.record_id:
                sent[control_name(VALUE, name)] = resolution.record_id
        form = EditForm(self.scope.resource, self.scope.operations["update"], sent)
        form.unresolved = {name: item for name, item in found.items() if not item.record_id}
        return form

    def _show(self, form: EditForm, status: int = 200) -> HttpResponse:
        run, resource = self.run, self.scope.resource
        chosen = {name: str(form[control_name(VALUE, name)].value() or "") for name in form.references}
        form.lookups = lookups_of(self.scope, run.path, form.references, chosen, form.unresolved)
        context: dict[str, Any] = {
            "run": run,
            "resource": resource,
            "form": form,
            "refusal": resource.refusal_note(self.scope, signed_in_person(self.request), "update"),
        }
        return render(self.request, "bulk/edit.html", context, status=status)
