"""The table of a file: found, or begun."""

from apps.accounts.models import User
from apps.look_inside.access import AuthorizedExport
from apps.look_inside.models import PreparedTable


def table_of(person: User, admitted: AuthorizedExport, remote_id: str) -> PreparedTable:
    """The row of the file; a new one begins at once."""
    export = admitted.export
    table, is_new = PreparedTable.objects.select_related("service").get_or_create(
        service_id=export.service_id,
        organisation=export.organisation,
        remote_id=remote_id[:200],
        artifact_name=export.artifact_name[:500],
        defaults={
            "asked_by": person,
            "announced_delimiter": export.delimiter[:8],
            "bytes_total": export.size_bytes,
        },
    )
    if is_new:
        table.refresh_from_db()
        table.enqueue()
    return table
