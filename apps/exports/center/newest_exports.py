"""The newest exports of the API's list: which files there are, and how many were made of late."""

from collections.abc import Iterable

from django.conf import settings

from apps.api.client import Client
from apps.api.deadline import Deadline
from apps.api.errors import ApiError
from apps.connections.clients import client_for
from apps.connections.models import Connection
from apps.connections.organisations import learn_organisation
from apps.exports.center.merged_list import read_list
from apps.exports.center.state import CenterQuery
from apps.exports.quota import is_remembered, remember
from apps.exports.remote.export import RemoteExport, remote_exports
from apps.ui.paging import PAGE_SIZES


def newest_exports(connection: Connection, client: Client) -> list[RemoteExport]:
    """The first page of the list, as long as one may be. Raises an `ApiError`."""
    page = read_list(client, CenterQuery(page_size=PAGE_SIZES[-1]))
    remember(connection, page.records)
    learn_organisation(connection, page.records)
    return remote_exports(connection.service, page.records)


def count_anew(connections: Iterable[Connection]) -> None:
    """Read the lists that were not read lately, all within the time of a page; one that does not answer is left out."""
    deadline = Deadline(settings.PAGE_DEADLINE_SECONDS)
    for connection in connections:
        if is_remembered(connection):
            continue
        try:
            newest_exports(connection, client_for(connection, deadline=deadline))
        except ApiError:
            continue
