"""Downloading a file: a fresh signed address each time, and the file through this site. Nobody sees the address."""

import logging
import re
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.access import hold_to_service, signed_in_person
from apps.api.client import Client
from apps.api.export_records import GET_EXPORT, artifact_name
from apps.api.http.downloads import DownloadFailed, DownloadRefused
from apps.audit.events import EventKind, describe_download
from apps.connections.personal_data import is_personal
from apps.exports.center.streaming import streamed
from apps.exports.events import event_details, remote_event_details
from apps.exports.limits import KEPT_WORDS
from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.reading import client_of_service, open_file, read_remote
from apps.notifications.reading import mark_opened
from apps.ui.files.csv_files import plain_file_name
from apps.ui.files.download_limits import limited_for_people

logger = logging.getLogger(__name__)

#: Why a file that the API made, which nobody here changes, is not given to who may not read all of it.
PERSONAL = "This file has IP addresses, addresses of mail or the like, which your role may not read."
PERSONAL_ADVICE = "Preview and analyse shows its rows without them, and gives them as a file."

_SUFFIX = re.compile(r"\.(?:csv|tsv|txt|json|zip|xlsx|(?:csv|tsv|json)\.gz|gz)$", re.IGNORECASE)


@require_GET
@limited_for_people
def download(request: HttpRequest, export_id: uuid.UUID) -> HttpResponseBase:
    """The file of a person's own export. What goes wrong before the first byte is said on a page."""
    person = signed_in_person(request)
    export = get_object_or_404(ExportRequest, pk=export_id, owner=person)
    hold_to_service(request, export.service_id)
    page = _Page(request, reverse("exports:download", args=[export_id]), export.get_absolute_url())
    if not export.has_file:
        return page.refused(_why_not_there(export), 410 if export.is_expired else 409, advice=export.advice)
    mark_opened(request, export.get_absolute_url())
    client = client_of_service(person, export.service_id)
    name = export.artifact_name or _artifact_name_now(client, export)
    response = _sent(page, client, name, file_name(export, name), f"Export {export.pk}", export.columns)
    return describe_download(response, EventKind.EXPORT_DOWNLOADED, **event_details(export))


@require_GET
@limited_for_people
def remote_download(request: HttpRequest, service_id: uuid.UUID, remote_id: str) -> HttpResponseBase:
    """The file of any export of the organisation, with the person's own key.

    Raises an `ApiError` when the API does not give the export, or no address of its file.
    """
    client = client_of_service(signed_in_person(request), service_id)
    address = [service_id, remote_id]
    page = _Page(
        request,
        reverse("exports:remote_download", args=address),
        reverse("exports:remote", args=address),
    )
    remote = read_remote(client, service_id, remote_id)
    if not remote.has_file:
        return page.refused(_why_not_there(remote), 410 if remote.is_expired else 409, advice=remote.advice)
    name = remote.artifact_name
    log_name = f"Export {plain_file_name(remote_id)[:80]} of the API"
    response = _sent(page, client, name, remote_file_name(remote, name), log_name, remote.columns)
    return describe_download(response, EventKind.EXPORT_DOWNLOADED, **remote_event_details(remote))


@dataclass(frozen=True)
class _Page:
    """The page that says why there is no file."""

    request: HttpRequest
    again_url: str
    back_url: str

    def refused(self, cause: str, status: int, advice: str = "") -> HttpResponse:
        """Why there is no file; trying again is offered where the host may have had a bad moment."""
        context = {
            "cause": cause,
            "advice": advice,
            "again_url": self.again_url if status not in (403, 409, 410) else "",
            "back_url": self.back_url,
        }
        return render(self.request, "exports/download_failed.html", context, status=status)


def _sent(
    page: _Page, client: Client, artifact: str, name: str, log_name: str, columns: Sequence[str]
) -> HttpResponseBase:
    if client.endpoint.row_filter is not None and holds_personal_data(columns):
        return page.refused(PERSONAL, 403, advice=PERSONAL_ADVICE)
    if not artifact:
        return page.refused("The API has not named the file yet. Try again in a minute.", 409)
    try:
        opened = open_file(client, artifact)
    except (DownloadRefused, DownloadFailed) as error:
        logger.warning("%s could not be fetched: %s", log_name, error)
        return page.refused(str(error), 502)
    if opened.status != 200:
        opened.close()
        logger.warning("%s could not be fetched: status %s", log_name, opened.status)
        return page.refused(f"The file's host answered with the status {opened.status}.", 502)
    return streamed(opened, name, log_name)


def holds_personal_data(columns: Sequence[str]) -> bool:
    """Whether a file of the API has what identifies people, or nobody has told its columns."""
    return not columns or any(map(is_personal, columns))


def file_name(export: ExportRequest, artifact: str) -> str:
    """The name to save under: what it is, from where, which days."""
    spec = export.spec
    days = f"{spec.start:%Y-%m-%d}_{spec.end:%Y-%m-%d}"
    return saved_as(f"{export.report}_{export.integration_id}_{days}", artifact)


def remote_file_name(remote: RemoteExport, artifact: str) -> str:
    """The same of an export that the API tells of; what it does not tell is left out."""
    report = remote.report_type.slug if remote.report_type else remote.label
    parts = (report, remote.integration_id, remote.start[:10], remote.end[:10])
    return saved_as("_".join(part[:60] for part in parts if part), artifact)


def saved_as(name: str, artifact: str) -> str:
    """A name of letters that every system takes, with the artifact's ending."""
    suffix = _SUFFIX.search(artifact)
    return plain_file_name(name) + (suffix[0].lower() if suffix else ".csv")


def _artifact_name_now(client: Client, export: ExportRequest) -> str:
    return artifact_name(client.get(GET_EXPORT, {"exportID": export.remote_id})) or ""


def _why_not_there(export: ExportRequest | RemoteExport) -> str:
    if export.is_expired:
        return KEPT_WORDS
    return f"This export has no file: its state is “{export.state_words}”."
