"""The download: a fresh signed address at the click, and the file through us. The address is shown to nobody."""

import logging
import re
import uuid

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from apps.accounts.access import signed_in_person
from apps.api.client import Client
from apps.api.exports import artifact_name
from apps.api.hosts import DownloadFailed, DownloadRefused
from apps.connections.access import client_for, connection_for_service
from apps.exports.models import ExportRequest
from apps.exports.remote import open_file
from apps.exports.states import State
from apps.exports.streaming import streamed

logger = logging.getLogger(__name__)

_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_SUFFIX = re.compile(r"\.(?:csv|tsv|txt|json|zip|xlsx|(?:csv|tsv|json)\.gz|gz)$", re.IGNORECASE)


@require_GET
def download(request: HttpRequest, export_id: uuid.UUID) -> HttpResponseBase:
    """The file of a person's own export. What goes wrong before the first byte is said on a page."""
    person = signed_in_person(request)
    export = get_object_or_404(ExportRequest, pk=export_id, owner=person)
    if not export.has_file:
        return _refused(
            request, export, _why_not_there(export), 410 if export.state == State.EXPIRED else 409
        )
    client = client_for(connection_for_service(person, export.service))
    name = export.artifact_name or _artifact_name_now(client, export)
    if not name:
        return _refused(request, export, "The API has not named the file yet. Try again in a minute.", 409)
    try:
        opened = open_file(client, name)
    except (DownloadRefused, DownloadFailed) as error:
        logger.warning("Export %s could not be fetched: %s", export.pk, error)
        return _refused(request, export, str(error), 502)
    if opened.status != 200:
        opened.close()
        logger.warning("Export %s could not be fetched: status %s", export.pk, opened.status)
        return _refused(request, export, f"The file's host answered with the status {opened.status}.", 502)
    return streamed(opened, file_name(export, name), f"Export {export.pk}")


def file_name(export: ExportRequest, artifact: str) -> str:
    """The name to save under: what it is, from where, which days."""
    days = f"{export.start:%Y-%m-%d}_{export.end:%Y-%m-%d}"
    return saved_as(f"{export.report}_{export.integration_id}_{days}", artifact)


def saved_as(name: str, artifact: str) -> str:
    """A name of letters that every system takes, with the artifact's ending."""
    suffix = _SUFFIX.search(artifact)
    return _NOT_IN_A_NAME.sub("-", name) + (suffix[0].lower() if suffix else ".csv")


def _artifact_name_now(client: Client, export: ExportRequest) -> str:
    return artifact_name(client.get("getExport", {"exportID": export.remote_id})) or ""


def _why_not_there(export: ExportRequest) -> str:
    if export.state == State.EXPIRED:
        return "The vendor keeps files for 90 days. Ask again for a new one."
    return f"This export has no file: its state is “{export.state_words}”."


def _refused(request: HttpRequest, export: ExportRequest, cause: str, status: int) -> HttpResponse:
    return render(request, "exports/download_failed.html", {"export": export, "cause": cause}, status=status)
