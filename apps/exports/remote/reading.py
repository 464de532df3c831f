"""Reads one export of the API and its file, with a person's own key, whoever requested it."""

from uuid import UUID

from django.conf import settings
from django.http import Http404

from apps.accounts.models import User
from apps.api.client import Client
from apps.api.deadline import Deadline
from apps.api.export_records import GET_EXPORT, GET_FILE_ADDRESS
from apps.api.http.downloads import Download, open_download
from apps.connections.clients import client_for, connection_for_service
from apps.connections.models import Connection, Service
from apps.exports.remote.export import RemoteExport


def connection_of_service(person: User, service_id: UUID) -> Connection:
    """The person's own connection to the service.

    Raises 404 for a service that is none, `NoConnection` when the person has no key for it.
    """
    service = Service.objects.filter(pk=service_id, kind=Service.Kind.INTEGR8).defer("contract").first()
    if service is None:
        raise Http404("no such service")
    return connection_for_service(person, service)


def client_of_service(person: User, service_id: UUID) -> Client:
    """A client with the person's own key of the service, within the time of a page.

    Raises 404 for a service that is none, `NoConnection` when the person has no key for it.
    """
    connection = connection_of_service(person, service_id)
    return client_for(connection, deadline=Deadline(settings.PAGE_DEADLINE_SECONDS))


def read_remote(client: Client, service_id: UUID, remote_id: str) -> RemoteExport:
    """One export as the API has it now. Raises an `ApiError`, `RecordNotFound` when it is gone."""
    return RemoteExport(service_id, client.get(GET_EXPORT, {"exportID": remote_id}))


def open_file(
    client: Client,
    artifact_name: str,
    *,
    from_byte: int = 0,
    validator: str = "",
    read_timeout: float = 30.0,
) -> Download:
    """The file of a finished export, from a signed address that is fresh and kept nowhere; or the rest of it.

    Raises an `ApiError` when the API gives no address, `DownloadRefused` or `DownloadFailed` (apps.api.http.downloads)
    when the file's host does not give the file. Its status may be an error's.
    """
    address = client.signed_url(GET_FILE_ADDRESS, [("artifact_name", artifact_name)])
    return open_download(
        address,
        client.endpoint.base_url,
        settings.DOWNLOAD_ALLOWED_HOSTS,
        from_byte=from_byte,
        validator=validator,
        read_timeout=read_timeout,
    )
