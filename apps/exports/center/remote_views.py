"""The pages about any export of the API's download center, read with the person's own key."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability, RoleNeeded
from apps.api.client import Client
from apps.api.deadline import Deadline
from apps.api.errors import ApiError, RecordNotFound
from apps.audit.descriptions import Origin
from apps.connections.clients import client_for, connections_of
from apps.connections.models import Integration
from apps.connections.organisations import visible_to
from apps.exports.center.creators import creators_of
from apps.exports.center.deletion import DeletionOutcome, delete, may_delete
from apps.exports.center.merged_list import CALM_SECONDS, FAILED_SECONDS
from apps.exports.center.views import PROGRESS_ID
from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.reading import client_of_service, connection_of_service, read_remote
from apps.exports.request.repeat_links import again_url_of_remote, in_halves
from apps.ui.error_pages import describe
from apps.ui.fragments import is_fragment_wanted


@require_safe
def remote_detail(request: HttpRequest, service_id: uuid.UUID, remote_id: str) -> HttpResponse:
    """One export as the API has it now; while it runs, the part that changes is loaded again and again.

    Raises an `ApiError` when the API does not give it; for that part only where the export is gone.
    """
    person = signed_in_person(request)
    is_poll = is_fragment_wanted(request, PROGRESS_ID)
    context: dict[str, Any] = {"service_id": service_id, "remote_id": remote_id}
    try:
        client = client_of_service(person, service_id)
        remote = read_remote(client, service_id, remote_id)
    except ApiError as error:
        if not is_poll or isinstance(error, RecordNotFound):
            raise
        # A bad moment of the API: what is on the page stays true, so the page looks again, later.
        context |= {"error": describe(error), "poll_seconds": max(FAILED_SECONDS, _wait(error))}
        return render(request, "exports/_remote_progress.html", context)
    ours = ours_of(person, service_id, remote_id)
    context |= _facts(remote, ours) | {
        "asked_by": remote.requested_by if is_poll or ours else _name_of_creator(person, client, remote),
        "may_delete": may_delete(person, ours, service_id),
        "poll_seconds": CALM_SECONDS if remote.is_running else None,
    }
    return render(request, "exports/_remote_progress.html" if is_poll else "exports/remote.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def remote_delete(request: HttpRequest, service_id: uuid.UUID, remote_id: str) -> HttpResponse:
    """The question before an export is deleted for everybody, and the deletion.

    Raises `RoleNeeded` when neither an admin nor who requested it asks, an `ApiError` when nothing was done.
    """
    person = signed_in_person(request)
    ours = ours_of(person, service_id, remote_id)
    if not may_delete(person, ours, service_id):
        raise RoleNeeded(person, Capability.DELETE_EXPORTS_OF_OTHERS, service_id)
    connection = connection_of_service(person, service_id)
    client = client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))
    outcome = None
    if request.method == "POST":
        outcome = delete(connection, client, remote_id, Origin.page("exports:remote_delete", request.path))
        if outcome is DeletionOutcome.DONE:
            messages.success(request, "The export and its file are deleted.")
            is_mine = ours is not None and ours.owner_id == person.pk
            return redirect(ours if ours and is_mine else reverse("exports:list"))
    context = _facts(read_remote_or_none(client, service_id, remote_id, outcome), ours) | {
        "service_id": service_id,
        "remote_id": remote_id,
        "outcome": outcome.name if outcome else "",
    }
    return render(request, "exports/delete.html", context, status=504 if outcome else 200)


def ours_of(person: User, service_id: uuid.UUID, remote_id: str) -> ExportRequest | None:
    """Our row of the API's export, if the person or somebody of their organisation requested it here."""
    ours = ExportRequest.objects.filter(visible_to(person), service_id=service_id, remote_id=remote_id)
    return ours.select_related("owner").first() if remote_id else None


def read_remote_or_none(
    client: Client, service_id: uuid.UUID, remote_id: str, outcome: DeletionOutcome | None
) -> RemoteExport | None:
    """The export that is about to be deleted; None after an answer was lost, where the API may be away."""
    return None if outcome else read_remote(client, service_id, remote_id)


def _facts(remote: RemoteExport | None, ours: ExportRequest | None) -> dict[str, Any]:
    facts: dict[str, Any] = {"remote": remote, "ours": ours}
    if remote is not None:
        again = again_url_of_remote(remote)
        is_split_advised = remote.has_failed or remote.truncation
        label = Integration.objects.filter(
            service=remote.service_id, integration_id=remote.integration_id
        ).first()
        facts |= {
            "integration": label.label if label else remote.integration_id,
            "again_url": again,
            "halves_url": in_halves(again) if again and is_split_advised else "",
        }
    return facts


def _name_of_creator(person: User, client: Client, remote: RemoteExport) -> str:
    connection = connections_of(person).filter(service=remote.service_id).first()
    names = creators_of(connection, client, [remote]) if connection else {}
    return names.get(remote.query.creator) or remote.requested_by


def _wait(error: ApiError) -> int:
    return describe(error).retry_after or 0
