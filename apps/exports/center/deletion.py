"""Deleting an export at the API, file and all; and finding out what became of a lost answer."""

from enum import Enum

from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.accounts.models import User
from apps.accounts.policy import Capability, ServiceId, may
from apps.api.client import Client
from apps.api.errors import ApiError, OutcomeUnknown, RecordNotFound
from apps.api.export_records import DELETE_EXPORT, GET_EXPORT
from apps.audit.descriptions import Kind, Origin
from apps.audit.models import Outcome
from apps.connections.models import Connection
from apps.connections.organisations import visible_to
from apps.exports.cancellation import cancel
from apps.exports.mails import ready_about
from apps.exports.models import ExportRequest
from apps.mail.outbox import withdraw
from apps.resources.writes.sending import describe_write, logged


class DeletionOutcome(Enum):
    """What became of a deletion."""

    DONE = "done"
    #: The answer was lost, and the export is still there.
    STILL_THERE = "still there"
    #: The answer was lost, and looking failed too.
    NOT_KNOWN = "not known"


GONE_ALREADY = "The API has no such export: it was gone already."
#: What the change log says after a lost answer.
_LOGGED = {
    DeletionOutcome.DONE: (Outcome.DONE, "The API's answer was lost; the export is gone."),
    DeletionOutcome.STILL_THERE: (Outcome.FAILED, "The API's answer was lost; the export is still there."),
    DeletionOutcome.NOT_KNOWN: (
        Outcome.UNKNOWN,
        "The API's answer was lost, and the API did not answer a second time.",
    ),
}


def may_delete(person: User, ours: ExportRequest | None, service: ServiceId) -> bool:
    """Whether the person may delete an export: who may delete everybody's, or who requested it here."""
    is_own = ours is not None and ours.owner_id == person.pk
    return may(person, Capability.EXPORT if is_own else Capability.DELETE_EXPORTS_OF_OTHERS, service)


def delete(connection: Connection, client: Client, remote_id: str, origin: Origin) -> DeletionOutcome:
    """Delete it with the key of the connection; one that is gone already counts as deleted.

    Raises an `ApiError` when nothing was done.
    """
    person = connection.owner
    ours = ExportRequest.objects.filter(
        visible_to(person), service=connection.service_id, remote_id=remote_id, removed_at=None
    )
    description = describe_write(
        connection,
        person,
        origin,
        client.endpoint.contract.operation(DELETE_EXPORT),
        resource="exports",
        kind=Kind.DELETE,
        record_id=remote_id,
        title=", ".join(map(str, ours[:1])),
    )
    with logged(description) as write:
        try:
            write.delete(client, DELETE_EXPORT, {"exportID": remote_id})
        except (RecordNotFound, OutcomeUnknown) as error:
            is_gone = isinstance(error, RecordNotFound)
            outcome = DeletionOutcome.DONE if is_gone else _outcome_after_lost_answer(client, remote_id)
            write.close(*((Outcome.DONE, GONE_ALREADY) if is_gone else _LOGGED[outcome]))
            if outcome is not DeletionOutcome.DONE:
                return outcome
            # Gone, or another organisation's: what this key cannot see says nothing about other people's exports.
            ours = ours.filter(owner=person)
    note_removed(ours)
    return DeletionOutcome.DONE


def note_removed(ours: QuerySet[ExportRequest]) -> None:
    """Write down that these exports are gone at the API, cancel what runs and withdraw the mails that wait."""
    exports = ExportRequest.objects.filter(pk__in=[export.pk for export in ours])
    for export in exports:
        # Nobody waits for a file that will not come, and no mail tells of it.
        cancel(export)
    for messages in ready_about(exports.all()).values():
        # It became ready first, and its mails have not left.
        withdraw(messages, "The export was deleted.")
    exports.update(removed_at=Now())


def _outcome_after_lost_answer(client: Client, remote_id: str) -> DeletionOutcome:
    try:
        client.get(GET_EXPORT, {"exportID": remote_id})
    except RecordNotFound:
        return DeletionOutcome.DONE
    except ApiError:
        return DeletionOutcome.NOT_KNOWN
    return DeletionOutcome.STILL_THERE
