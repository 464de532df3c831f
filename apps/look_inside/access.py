"""Authorization: a person may look inside an export that the API shows them, and whose file it gives to their key.

Tables are shared between people, so this is asked before every answer that holds a row or a number of one.
"""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.core.cache import cache

from apps.accounts.models import User
from apps.api.client import Client
from apps.api.export_records import GET_FILE_ADDRESS
from apps.connections.clients import connection_for_service
from apps.connections.models import Service
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.reading import client_of_service, read_remote

#: So long it is remembered that the API gives the file to a key; that it shows the export is asked each time.
_REMEMBERED_SECONDS = 600


@dataclass(frozen=True)
class AuthorizedExport:
    """An export whose rows a person may see, and the client with their key."""

    client: Client
    export: RemoteExport
    #: Whether the API has given the file's address to this key.
    has_file: bool


def authorize(person: User, service_id: UUID, remote_id: str) -> AuthorizedExport:
    """Ask the API. Raises `Http404`, `NoConnection`, or the `ApiError` that refuses the export or its file."""
    client = client_of_service(person, service_id)
    return with_file(client, read_remote(client, service_id, remote_id), remote_id)


def with_file(client: Client, export: RemoteExport, remote_id: str) -> AuthorizedExport:
    """An export that the API showed to the client's key: whether it gives the file too. Raises what it answers."""
    if not (export.has_file and export.artifact_name):
        return AuthorizedExport(client, export, has_file=False)
    key = _key_of(client.endpoint.identity, remote_id, export.artifact_name)
    if cache.get(key) is None:
        # The address is not used here: that the API gives it is the answer.
        client.signed_url(GET_FILE_ADDRESS, [("artifact_name", export.artifact_name)])
        cache.set(key, True, _REMEMBERED_SECONDS)
    return AuthorizedExport(client, export, has_file=True)


def was_authorized(person: User, service_id: UUID, remote_id: str, artifact_name: str) -> bool:
    """Whether the API allowed it a moment ago, to the key that the person still has. Raises `NoConnection`."""
    service = Service.objects.filter(pk=service_id).defer("contract").first()
    if service is None:
        return False
    connection = connection_for_service(person, service)
    identity = connection.key_name
    return cache.get(_key_of(identity, remote_id, artifact_name)) is not None


def _key_of(identity: str, remote_id: str, artifact_name: str) -> str:
    # Ids may hold anything and be of any length; a key of the cache may not.
    names = "\0".join((identity, remote_id, artifact_name))
    return f"look-inside:{hashlib.sha256(names.encode()).hexdigest()}"
