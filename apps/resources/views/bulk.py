"""Acting on a selection: a confirmation that names what will happen, then what became of every row."""

import uuid
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect

from apps.accounts.access import signed_in_person
from apps.accounts.unsent_forms import take_unsent_form
from apps.audit.models import Outcome
from apps.resources.models import BulkResult
from apps.resources.request_scope import SERVICE_FIELD
from apps.resources.views.base import ResourceView
from apps.resources.writes.action_execution import execute_action, plan_action
from apps.resources.writes.actions import LARGEST_SELECTION, BulkAction
from apps.resources.writes.bulk_results import begin, finish, is_running, results_of
from apps.resources.writes.results import Result
from apps.ui.nonces import read_nonce

#: A longer selection has no address: servers and browsers take no more than some thousand characters.
LONGEST_QUERY = 4_000


@dataclass(frozen=True)
class OutcomeGroup:
    """The rows with one outcome."""

    outcome: Outcome
    title: str
    tone: str
    #: Each with the address of its record.
    rows: list[tuple[Result, str]]


GROUP_WORDS = {
    Outcome.FAILED: ("Failed", "bad"),
    Outcome.NOT_SENT: ("Not sent", "warn"),
    Outcome.UNKNOWN: ("Not known", "warn"),
    Outcome.DONE: ("Done", "ok"),
    Outcome.UNCHANGED: ("Nothing to do", "neutral"),
}


class BulkView(ResourceView):
    """One address for every bulk action; the action and the ids come in the form."""

    http_method_names = ["get", "post"]
    restores_unsent_form = True

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The question about the selection in the address, or sent after the session ended; else back to the list."""
        sent = take_unsent_form(request) or request.GET
        return self._answer(sent, is_confirmed=False) if "action" in sent else redirect(self.list_url)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Ask, or carry out what was confirmed."""
        return self._answer(request.POST, is_confirmed=request.POST.get("confirmed") == "yes")

    def _answer(self, sent: QueryDict, *, is_confirmed: bool) -> HttpResponse:
        action = next((a for a in self.resource.bulk_actions if a.name == sent.get("action")), None)
        ids = list(dict.fromkeys(key for key in sent.getlist("id") if key))
        if action is None or not action.is_possible(self.scope.operations):
            return self.render("bulk_refused.html", {"reason": "There is no such action."}, status=400)
        if not ids:
            return self.render(
                "bulk_refused.html",
                {"reason": f"Nothing is selected. Select {self.resource.label_plural.lower()} first."},
            )
        if len(ids) > LARGEST_SELECTION:
            reason = f"{len(ids)} are selected; at most {LARGEST_SELECTION} can be changed at once."
            return self.render("bulk_refused.html", {"reason": reason}, status=400)
        list_query = sent.get("list", "")
        if is_confirmed:
            return self._carry_out(action, ids, read_nonce(sent), list_query)
        values: dict[str, object] = {"action": action.name, "id": ids, "list": list_query}
        if service := sent.get(SERVICE_FIELD):
            values[SERVICE_FIELD] = service
        asked = f"?{urlencode(values, doseq=True)}"
        if self.request.method == "POST" and len(asked) <= LONGEST_QUERY:
            # A page with an address of its own: Back and reload come to it without sending the selection again.
            return redirect(f"{self.url('bulk')}{asked}")
        return self._ask(action, ids, list_query)

    def _ask(self, action: BulkAction, ids: list[str], list_query: str) -> HttpResponse:
        planned = plan_action(self.writer(), action, ids)
        rows = [(item.record_id, item.title) for item in planned]
        warnings = [item.warning for item in planned if item.warning]
        context = {"action": action, "rows": rows, "count": len(rows), "warnings": warnings}
        list_url = self.list_path + list_query if list_query.startswith("?") else self.list_url
        context |= {"bulk_url": self.url("bulk"), "list_url": list_url, "list_query": list_query}
        context["nonce"] = uuid.uuid4()
        return self.render("bulk_confirm.html", context)

    def _carry_out(
        self, action: BulkAction, ids: list[str], nonce: uuid.UUID, list_query: str
    ) -> HttpResponse:
        """Do it once for one confirmation, however often that is sent, and lead to the result."""
        rows = [(key, self.resource.title_of(key, None)) for key in ids]
        person = signed_in_person(self.request)
        result = begin(nonce, person, self.resource, action, rows, place_of(self), list_query)
        if result is not None:
            writer = self.writer(batch=result.pk)
            finish(result, execute_action(writer, action, plan_action(writer, action, ids)))
        return redirect(f"{self.url('bulk')}{nonce}/")


class BulkResultView(ResourceView):
    """What became of every record of a bulk action, for who carried it out. Reading it again repeats nothing."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, result_id: uuid.UUID, **path: str) -> HttpResponse:
        """The groups of rows with one outcome; 404 for another person's, or another list's."""
        place = place_of(self)
        owner = signed_in_person(request)
        result = get_object_or_404(
            BulkResult, pk=result_id, owner=owner, resource=self.resource.name, path=place
        )
        action = next((a for a in self.resource.bulk_actions if a.name == result.action), None)
        if action is None:
            raise Http404("this action is offered no more")
        results = results_of(result)
        url_of = self.resource.url_of_record(place)
        groups = [
            OutcomeGroup(outcome, title, tone, rows)
            for outcome, (title, tone) in GROUP_WORDS.items()
            if (rows := [(row, url_of(row.record_id)) for row in results if row.outcome == outcome])
        ]
        context = {
            "action": action,
            "result": result,
            "is_running": is_running(result),
            "groups": groups,
            "count": len(results),
            "again": [row.record_id for row in results if row.may_be_sent_again],
            "again_url": self.url("bulk"),
            "list_url": self.list_path + (result.list_query if result.list_query.startswith("?") else ""),
            "list_query": result.list_query,
            "nonce": uuid.uuid4(),
        }
        return self.render("bulk_result.html", context)


def place_of(view: ResourceView) -> dict[str, str]:
    """The parameters that name the list a page belongs to."""
    return {name: str(view.kwargs[name]) for name in view.resource.path_parameters}
