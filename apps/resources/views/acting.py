"""One action on one record, from its own page or from a table of children."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.accounts.safe_redirects import next_path
from apps.resources.views.base import ResourceView
from apps.resources.writes.actions import Outcome
from apps.resources.writes.bulk_runs import run
from apps.text.direction import isolated


class ActView(ResourceView):
    """Sets values on one record as a bulk action does on many, reads it back, and says what became of it."""

    http_method_names = ["post"]

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Carry out the action named by `action`; 404 for one that is not offered for a single record."""
        actions = [action for action in self.resource.bulk_actions if not action.is_destructive]
        action = next((action for action in actions if action.name == request.POST.get("action")), None)
        if action is None or not action.is_possible(self.scope.operations):
            raise Http404("no such action")
        if action.may_warn and request.POST.get("confirmed") != "yes":
            record = self.scope.get_or_none(self.record_id) or {}
            warning = self.resource.warning_before(
                self.scope, signed_in_person(request), record, action.changes
            )
            if warning:
                rows = [(self.record_id, self.resource.title(record))]
                context = {"action": action, "rows": rows, "count": 1, "warnings": [warning]}
                return self.render(
                    "bulk_confirm.html", {**context, "list_url": self.url("detail", self.record_id)}
                )
        [row] = run(self.scope, action, [self.record_id])
        if row.outcome == Outcome.DONE:
            messages.success(request, f"{isolated(row.title)} was {action.past}.")
        elif row.outcome == Outcome.UNCHANGED:
            messages.info(request, f"{isolated(row.title)}: {row.reason}")
        else:
            messages.error(request, f"{isolated(row.title)} was not {action.past}. {row.reason}")
        return redirect(next_path(request, self.url("detail", self.record_id)))
