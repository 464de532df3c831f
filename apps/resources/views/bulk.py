"""Acting on a selection: a confirmation that names what will happen, then what became of every row."""

from dataclasses import dataclass

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.resources.bulk_actions import (
    LARGEST_SELECTION,
    BulkAction,
    Outcome,
    RowOutcome,
)
from apps.resources.bulk_runs import read_records, run
from apps.resources.views.base import ResourceView


@dataclass(frozen=True)
class OutcomeGroup:
    """The rows with one outcome."""

    outcome: Outcome
    title: str
    tone: str
    #: Each with the address of its record.
    rows: list[tuple[RowOutcome, str]]


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

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """A reload of a result leads back to the list, and repeats nothing."""
        return redirect(self.list_url)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Ask, or carry out what was confirmed. Raises `PermissionDenied` for a person without the role."""
        if not self.resource.may_act_in_bulk(request):
            raise PermissionDenied
        action = next((a for a in self.resource.bulk_actions if a.name == request.POST.get("action")), None)
        ids = list(dict.fromkeys(key for key in request.POST.getlist("id") if key))
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
        if request.POST.get("confirmed") == "yes":
            return self._carry_out(action, ids)
        return self._ask(action, ids)

    def _ask(self, action: BulkAction, ids: list[str]) -> HttpResponse:
        records = read_records(self.scope, ids)
        rows = [(key, self.resource.title_of(key, records[key])) for key in ids]
        person = signed_in_person(self.request)
        warnings = [
            warning
            for record in records.values()
            if isinstance(record, dict)
            and (warning := self.resource.warning_before(self.scope, person, record, action.changes))
        ]
        context = {"action": action, "rows": rows, "count": len(rows), "warnings": warnings}
        return self.render("bulk_confirm.html", context)

    def _carry_out(self, action: BulkAction, ids: list[str]) -> HttpResponse:
        outcomes = run(self.scope, action, ids)
        url_of = self.resource.url_of_record(self.scope.list_path)
        groups = [
            OutcomeGroup(outcome, title, tone, rows)
            for outcome, (title, tone) in GROUP_WORDS.items()
            if (rows := [(row, url_of(row.record_id)) for row in outcomes if row.outcome == outcome])
        ]
        again = [row.record_id for row in outcomes if row.may_be_sent_again]
        context = {"action": action, "groups": groups, "count": len(outcomes), "again": again}
        return self.render("bulk_result.html", context)
