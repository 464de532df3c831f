"""Archiving one record, after a page that says what that means."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.api.errors import OutcomeUnknown, RecordNotFound
from apps.audit.models import Outcome
from apps.resources.views.base import ResourceView


class ArchiveView(ResourceView):
    """Asks first (GET), then archives (POST)."""

    http_method_names = ["get", "head", "post"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The question, with the record's name."""
        try:
            record = self.scope.get(self.record_id)
        except RecordNotFound as error:
            return self.gone(error)
        return self.render(
            "_archive_in_place.html" if self.is_in_place else "archive.html",
            {
                "title": self.resource.title(record),
                "warning": self.resource.warning_before(self.scope, signed_in_person(request), record, None),
                "detail_url": self.url("detail", self.record_id),
                "archive_url": self.url("archive", self.record_id),
                "refusal": self.refusal_note("delete", self.record_id),
            },
        )

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Archive it; a record already gone counts as archived. Raises the `ApiError` of a refusal."""
        writer = self.writer()
        [result] = writer.apply(writer.plan([self.change(self.record_id, None)]))
        name = f"{self.resource.label} {self.record_id}"
        match result.outcome:
            case Outcome.DONE:
                messages.success(request, f"{name} was archived.")
            case Outcome.UNCHANGED:
                messages.info(request, f"{name} was already archived.")
            case Outcome.FAILED if isinstance(result.error, RecordNotFound):
                messages.info(request, f"{name} was already gone.")
            case Outcome.UNKNOWN if result.error is None:
                messages.info(request, f"{name}: {result.reason}")
            case _ if result.error is not None and not isinstance(result.error, OutcomeUnknown):
                raise result.error
            case _:
                messages.error(
                    request,
                    f"It is not known whether {name} was archived: the API's answer was lost. "
                    "Look before you repeat it.",
                )
                return redirect(self.url_after(self.record_id))
        return redirect(self.url_after(self.record_id) if self.resource.parent else self.list_url)
