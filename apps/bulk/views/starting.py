"""From a selection in a list to a plan: what was selected is stored, read at once where it is short, and shown."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views import View

from apps.accounts.access import signed_in_person
from apps.accounts.unsent_forms import take_unsent_form
from apps.audit.descriptions import Origin
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.rows import plan_rows
from apps.bulk.plan.starting import Selection, SelectionRefused, start_run
from apps.bulk.run.at_once import FEW_ROWS, do_at_once
from apps.bulk.run.reading_ahead import read_ahead
from apps.bulk.scopes import ORIGIN
from apps.bulk.views.over_list import lead_to, plan_over_list
from apps.resources import registry
from apps.resources.lists.known_rows import shown_records
from apps.resources.request_scope import scope_of_request
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.resources.writes.writer import Writer
from apps.ui.fragments import is_part_wanted
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
        try:
            run = self._run(scope, read_nonce(sent), selection, instruction if action else None)
        except SelectionRefused as refusal:
            return self._refused(resource, path, str(refusal), 200)
        except BulkRun.DoesNotExist as error:
            raise Http404("somebody else's form") from error
        if action is None:
            return redirect("bulk:edit", run.pk)
        do_at_once(run)
        over_list = plan_over_list(self.request, run) if is_part_wanted(self.request) else None
        return over_list or lead_to(self.request, run.get_absolute_url())

    def _run(
        self, scope: Scope, nonce: uuid.UUID, selection: Selection, instruction: Instruction | None
    ) -> BulkRun:
        """The run; planned already for a dialog, where the list has just shown all of its records."""
        person = signed_in_person(self.request)
        is_over_list = instruction is not None and is_part_wanted(self.request)
        shown = shown_records(scope, selection.ids, person) if is_over_list else {}
        if not shown or len(shown) > FEW_ROWS:
            return start_run(nonce, person, scope.connection, selection, instruction)
        writer = Writer(scope, person, Origin.job(ORIGIN, nonce))

        def plan(run: BulkRun, rows: Sequence[BulkRow]) -> None:
            plan_rows(run, writer, rows, shown)

        run = start_run(nonce, person, scope.connection, selection, instruction, plan)
        read_ahead(run, scope, list(shown))
        return run

    def _refused(self, resource: Resource, path: Mapping[str, str], reason: str, status: int) -> HttpResponse:
        context: dict[str, Any] = {
            "resource": resource,
            "reason": reason,
            "list_url": resource.url("list", path),
        }
        if is_part_wanted(self.request):
            return render(self.request, "bulk/_refused_over_list.html", context, status=status)
        return render(self.request, "bulk/refused.html", context, status=status)


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
