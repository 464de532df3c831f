"""Who requested an export at the API: its user's name, where it can be known."""

from collections.abc import Iterable, Mapping

from apps.api.client import Client
from apps.connections.models import Connection
from apps.exports.remote.export import RemoteExport
from apps.resources.references.name_cache import NameCache

_TAG = "Users"


def creators_of(connection: Connection, client: Client, exports: Iterable[RemoteExport]) -> Mapping[str, str]:
    """The names of the API's users who requested exports, by their id; ids that nobody can name are left out.

    Names are kept for as long as all names of records are. A text that is no id is a name itself.
    """
    ids = {export.query.creator for export in exports} - {""}
    wanted = {one for one in ids if "@" not in one and " " not in one}
    if not wanted or "list" not in client.endpoint.contract.for_tag(_TAG):
        return {}
    names = NameCache(connection, client, _TAG)
    # A key that may not read users leaves them ids.
    names.complete(wanted)
    return {one: name for one in wanted if (name := names.names.get(one))}
