"""One action on one record, from its own page or from a table of children."""

from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.accounts.safe_redirects import next_path
from apps.audit.models import Outcome
from apps.resources.request_scope import SERVICE_FIELD
from apps.resources.views.base import ResourceView
from apps.resources.views.undo_offer import say_done
from apps.resources.writes.action_execution import execute_action, plan_action
from apps.resources.writes.actions import BulkAction
from apps.text.direction import isolated


class RecordActionView(ResourceView):
    """Sets values on one record as a bulk action does on many, reads it back, and says what became of it."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The question before the action named in the address, where there is something to confirm."""
        action = self._action(request.GET)
        [planned] = plan_action(self.writer(), action, [self.record_id])
        if not planned.warning:
            return redirect(self.url("detail", self.record_id))
        context = {
            "action": action,
            "record_id": self.record_id,
            "record_title": planned.title,
            "warning": planned.warning,
            "act_url": self.url("act", self.record_id),
            "list_url": self.url("detail", self.record_id),
        }
        return self.render("act_confirm.html", context)

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Carry out the action, or lead to the question before it."""
        action, writer = self._action(request.POST), self.writer()
        planned = plan_action(writer, action, [self.record_id])
        if action.may_warn and planned[0].warning and request.POST.get("confirmed") != "yes":
            asked = {"action": action.name}
            if service := request.POST.get(SERVICE_FIELD):
                asked[SERVICE_FIELD] = service
            return redirect(f"{self.url('act', self.record_id)}?{urlencode(asked)}")
        [result] = execute_action(writer, action, planned)
        title = isolated(result.title)
        if result.outcome == Outcome.DONE:
            say_done(request, f"{title} was {action.past}.", result, self.scope.operations)
        elif result.outcome == Outcome.UNCHANGED:
            messages.info(request, f"{title}: {result.reason}")
        else:
            messages.error(request, f"{title} was not {action.past}. {result.reason}")
        return redirect(next_path(request, self.url("detail", self.record_id)))

    def _action(self, sent: QueryDict) -> BulkAction:
        """The action named there. Raises 404 for one that is not offered for a single record."""
        actions = [action for action in self.resource.bulk_actions if not action.is_destructive]
        action = next((action for action in actions if action.name == sent.get("action")), None)
        if action is None or not action.is_possible(self.scope.operations):
            raise Http404("no such action")
        return action
