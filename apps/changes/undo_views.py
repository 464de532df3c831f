"""*Undo* and *Put back*: the values before a write stand there again, where the record still holds what it set."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.access import hold_to_service, signed_in_person
from apps.accounts.safe_redirects import next_path
from apps.audit.descriptions import Origin
from apps.audit.models import Entry, Outcome
from apps.changes.putting_back import Drift, NoWayBack, PutBack, visible_entries
from apps.changes.rows import rows_of
from apps.resources.registry import parent_link
from apps.resources.views.undo_offer import say_done
from apps.text.direction import isolated
from apps.ui.error_pages import describe


@require_http_methods(["GET", "HEAD", "POST"])
def undo(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Put the values back; all of the entry's, or those of the fields named in the form.

    Opened by GET, as after signing in again, it is the entry's page, which has the button.
    """
    person = signed_in_person(request)
    entry = get_object_or_404(visible_entries(person), pk=entry_id)
    hold_to_service(request, entry.service_id)
    page = reverse("changes:entry", args=[entry.pk])
    if request.method != "POST":
        return redirect(page)
    only = request.POST.getlist("field")
    try:
        back = PutBack(person, entry, Origin.page("changes:undo", request.path), only)
    except NoWayBack as problem:
        messages.error(request, f"Nothing was put back. {problem}")
        return redirect(page)
    target = next_path(request, _record_page(back, entry))
    planned = back.plan()
    title = isolated(planned.title)
    if planned.reading_error is not None:
        messages.error(request, f"Nothing was put back. {describe(planned.reading_error).sentence}")
        return redirect(page)
    if planned.is_gone:
        messages.error(request, f"Nothing was put back: {title} no longer exists.")
        return redirect(page)
    if planned.is_so:
        messages.info(request, f"{title} has the values before already, so nothing was sent.")
        return redirect(target)
    if drifts := back.drifts(planned):
        messages.warning(request, f"Nothing was put back. {_told(title, drifts)}")
        return redirect(target)
    if planned.warning and request.POST.get("confirmed") != planned.warning:
        context = {
            "row": rows_of([entry], person)[0],
            "title": planned.title,
            "warning": planned.warning,
            "fields": only,
            "next": target,
        }
        return render(request, "changes/confirm.html", context, status=409)
    result = back.carry_out(planned)
    if result.outcome == Outcome.DONE:
        labels = _labels(back)
        words = (
            f"{title}: {labels} {'is' if len(back.change.before) == 1 else 'are'} as before. {result.reason}"
        )
        say_done(request, words.strip(), result, back.scope.operations)
    else:
        messages.error(request, f"{title} was not put back. {result.reason}")
    return redirect(target)


def _record_page(back: PutBack, entry: Entry) -> str:
    """The record's page; of one below another, the other's."""
    resource, path = back.scope.resource, back.scope.list_path
    parent = parent_link(resource, path)
    return f"{parent.url}#{resource.name}" if parent else resource.url("detail", path, entry.record_id)


def _labels(back: PutBack) -> str:
    labels = [back.scope.resource.label_of(name) for name in back.change.before]
    return ", ".join(labels) if len(labels) < 4 else f"{len(labels)} fields"


def _told(title: str, drifts: list[Drift]) -> str:
    """What the record has now in place of what was set."""
    words = "; ".join(
        f"{drift.label} is {isolated(drift.now)}, not {isolated(drift.ours)} any more" for drift in drifts[:5]
    )
    return f"{title} was changed since: {words}."
