"""From a selection in a list to a plan: what was selected is stored, read at once where it is short, and shown."""

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views import View

from apps.accounts.access import signed_in_person
from apps.accounts.unsent_forms import take_unsent_form
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRun
from apps.bulk.plan.starting import Selection, SelectionRefused, start_run
from apps.bulk.run.at_once import do_at_once
from apps.resources import registry
from apps.resources.request_scope import scope_of_request
from apps.resources.resource import Resource
from apps.ui.nonces import read_nonce

EDIT = "edit"


class StartView(View):
    """Stores a selection as a new run. The list's place stands in the address, the selection in the form."""

    http_method_names = ["get", "post"]
    restores_unsent_form = True

    def get(self, request: HttpRequest, resource_name: str) -> HttpResponse:
        """What was sent after the session ended becomes a plan, which changes nothing; else back to the list."""
        resource, path = self._place(resource_name)
        sent = take_unsent_form(request)
        return self._start(sent, resource, path) if sent else redirect(resource.url("list", path))

    def post(self, request: HttpRequest, resource_name: str) -> HttpResponse:
        """The plan of the selection, or the page that says which fields to edit."""
        return self._start(request.POST, *self._place(resource_name))

    def _place(self, resource_name: str) -> tuple[Resource, dict[str, str]]:
        resource = registry.by_name(resource_name)
        if resource is None:
            raise Http404("no such resource")
        path = {name: self.request.GET.get(name, "") for name in resource.path_parameters}
        if not all(path.values()):
            raise Http404("no such list")
        return resource, path

    def _start(self, sent: QueryDict, resource: Resource, path: Mapping[str, str]) -> HttpResponse:
        scope = scope_of_request(self.request, resource, path)
        name = sent.get("action", "")
        instruction = Instruction(Kind.ACTION, name)
        action = instruction.action_of(resource)
        is_possible = action.is_possible(scope.operations) if action else "update" in scope.operations
        if not is_possible or (action is None and name != EDIT):
            return self._refused(resource, path, "There is no such action.", 400)
        is_matching = sent.get("matching") == "yes"
        selection = Selection(
            resource,
            path,
            ids=() if is_matching else [key for key in sent.getlist("id") if key],
            query=sent.get("list", ""),
            is_matching=is_matching,
            excluded=[key for key in sent.getlist("excluded") if key],
            expected=_whole_number(sent.get("expected", "")),
        )
        person = signed_in_person(self.request)
        try:
            run = start_run(
                read_nonce(sent), person, scope.connection, selection, instruction if action else None
            )
        except SelectionRefused as refusal:
            return self._refused(resource, path, str(refusal), 200)
        except BulkRun.DoesNotExist as error:
            raise Http404("somebody else's form") from error
        if action is None:
            return redirect("bulk:edit", run.pk)
        do_at_once(run)
        return redirect(run)

    def _refused(self, resource: Resource, path: Mapping[str, str], reason: str, status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "resource": resource,
            "reason": reason,
            "list_url": resource.url("list", path),
        }
        return render(self.request, "bulk/refused.html", context, status=status)


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
