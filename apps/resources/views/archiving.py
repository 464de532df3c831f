"""Archiving one record, after a page that says what that means."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.api.errors import OutcomeUnknown, RecordNotFound
from apps.resources.views.base import ResourceView
from apps.resources.writes.actions import is_archived
from apps.resources.writes.resending import send_until_known


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
        """Archive it; a record already gone counts as archived."""
        name = f"{self.resource.label} {self.record_id}"
        operation, place = self.scope.operations["delete"], self.scope.record_path(self.record_id)

        def is_done() -> bool:
            record = self.scope.get_or_none(self.record_id)
            return record is None or is_archived(record)

        try:
            send_until_known(lambda: self.scope.client.delete(operation.id, place), is_done)
        except RecordNotFound:
            messages.info(request, f"{name} was already gone.")
        except OutcomeUnknown:
            messages.error(
                request,
                f"It is not known whether {name} was archived: the API's answer was lost. Look before you repeat it.",
            )
            return redirect(self.url_after(self.record_id))
        else:
            messages.success(request, f"{name} was archived.")
        return redirect(self.url_after(self.record_id) if self.resource.parent else self.list_url)
