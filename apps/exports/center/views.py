"""The pages about exports: the download center, and a person's own. An own page that is not theirs is not there."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import hold_to_service, note_service, signed_in_person
from apps.exports.cancellation import cancel
from apps.exports.center.deletion import may_delete
from apps.exports.center.merged_list import CALM_SECONDS, LIVELY_SECONDS, Center, catalogue_of
from apps.exports.center.state import CenterQuery
from apps.exports.mails import sent_about
from apps.exports.models import ExportRequest
from apps.exports.request.origin_page import label_of_page
from apps.exports.request.repeat_links import again_url, in_halves, regularly_url
from apps.exports.states import State
from apps.exports.worker.candidate_choice import choose_candidate, reject_candidates
from apps.mail.models import Message
from apps.notifications.reading import mark_opened
from apps.ui.fragments import is_fragment_wanted

#: What is loaded again and again: the rows of the list, the state of one export.
ROWS_ID, PROGRESS_ID = "exports", "progress"
#: States after which requesting half of the range may help.
_MAY_BE_TOO_LARGE = (State.FAILED, State.NEEDS_ATTENTION)


@require_safe
def export_list(request: HttpRequest) -> HttpResponse:
    """The download center. While something runs the rows ask for themselves again, with one call each time."""
    person = signed_in_person(request)
    connections = Center.connections_of(person)
    connection = Center.chosen(connections, request.GET.get("service", ""))
    catalogue = catalogue_of(connection)
    center = Center(person, connections, CenterQuery.from_query(request.GET, catalogue))
    if connection:
        note_service(request, connection.service_id)
    center.load()
    is_fragment = is_fragment_wanted(request, ROWS_ID)
    context = {
        "center": center,
        "filters": center.query.inputs(catalogue) if catalogue else [],
        "poll_seconds": center.poll_seconds(is_poll=is_fragment),
    }
    return render(request, "exports/_center.html" if is_fragment else "exports/list.html", context)


@require_safe
def export_detail(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """One export: what was requested, how far it is, what happens next."""
    export = _own_export(request, export_id)
    mark_opened(request)
    again = again_url(export)
    is_split_advised = export.state in _MAY_BE_TOO_LARGE or export.truncation
    mails, parts = sent_about([export])[export.pk], _parts(export)
    is_fragment = is_fragment_wanted(request, PROGRESS_ID)
    context = {
        "export": export,
        "is_fragment": is_fragment,
        "poll_seconds": _poll_seconds(export, mails, parts),
        "mails": mails,
        "again_url": again,
        "regularly_url": regularly_url(export),
        "halves_url": in_halves(again) if is_split_advised else "",
        "requested_from_label": label_of_page(export.requested_from),
        "parts": parts,
        "may_delete": bool(export.remote_id)
        and not export.removed_at
        and may_delete(export.owner, export, export.service_id),
    }
    return render(request, "exports/_progress.html" if is_fragment else "exports/detail.html", context)


@require_POST
def export_cancel(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """Cancel an export that is not finished."""
    export = _own_export(request, export_id)
    if cancel(export):
        messages.success(request, "The export is being canceled.")
    else:
        messages.warning(request, "There was nothing to cancel any more.")
    return redirect(export)


@require_POST
def export_choose(request: HttpRequest, export_id: uuid.UUID) -> HttpResponse:
    """The person says which export of the API is theirs, or that none is and it has to be made anew."""
    export = _own_export(request, export_id)
    remote_id = request.POST.get("remote_id", "")
    done = choose_candidate(export, remote_id) if remote_id else reject_candidates(export)
    if not done:
        messages.warning(request, "That could not be done: the export was changed meanwhile. Look again.")
    elif remote_id:
        messages.success(request, "That is your export now. You are told when its file is ready.")
    else:
        messages.success(request, "The export is requested again.")
    return redirect(export)


def _own_export(request: HttpRequest, export_id: uuid.UUID) -> ExportRequest:
    export = get_object_or_404(ExportRequest, pk=export_id, owner=signed_in_person(request))
    hold_to_service(request, export.service_id)
    return export


def _poll_seconds(export: ExportRequest, mails: list[Message], parts: list[ExportRequest]) -> int | None:
    """How soon a page should look again; None when nothing on it moves by itself."""
    is_being_mailed = any(mail.due_at for mail in mails) or (export.has_file and export.state == State.READY)
    shown = [export, *parts]
    if any(one.is_busy for one in shown) or (is_being_mailed and not any(mail.error for mail in mails)):
        return LIVELY_SECONDS
    return CALM_SECONDS if is_being_mailed or any(one.is_in_flight for one in shown) else None


def _parts(export: ExportRequest) -> list[ExportRequest]:
    """The other exports of the range it is a part of, in the order of time."""
    if export.group is None:
        return []
    return list(ExportRequest.objects.filter(owner=export.owner, group=export.group).order_by("start_time"))
