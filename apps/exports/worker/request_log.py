"""The change log's entry of each request for an export: opened before it is sent, closed once its outcome is known.

A request whose answer is lost leaves its entry open, whatever became of the process, until reconciliation knows more.
An export has at most one request under way, so its open entry is found by the export's id.
"""

from collections.abc import Sequence
from contextlib import suppress
from datetime import timedelta

from apps.api.contract.contract import Operation
from apps.audit import log
from apps.audit.descriptions import Closing, Kind, Origin
from apps.audit.models import OpenEntry, Outcome
from apps.connections.models import Connection
from apps.exports.models import ExportRequest
from apps.resources.writes.sending import Write, describe_write, open_writes

#: Longer than reconciliation looks for an export; afterwards the outcome counts as not known.
_OPEN_TIME = timedelta(hours=25)
_JOB = "export"


def open_request(
    export: ExportRequest,
    connection: Connection,
    operation: Operation,
    path: dict[str, str],
    parameters: Sequence[tuple[str, str]],
) -> Write:
    """The request that is about to be sent, now in the log."""
    description = describe_write(
        connection,
        export.owner,
        Origin.job(_JOB, export.pk),
        operation,
        resource="exports",
        kind=Kind.REQUEST,
        path=path,
        title=str(export),
        body=dict(parameters),
        time=_OPEN_TIME,
    )
    return open_writes([description])[0]


def close_request(export: ExportRequest, outcome: Outcome, words: str = "", remote_id: str = "") -> None:
    """Close the export's entry that is still open, if there is one. `remote_id` is what the API made."""
    for waiting in OpenEntry.objects.filter(entry__batch=export.pk, entry__origin_name=_JOB):
        with suppress(log.AlreadyClosed):
            log.close(waiting.entry, Closing(outcome, words, record_id=remote_id))
