"""Deleting an export at the API, file and all; and finding out what became of a lost answer."""

from enum import Enum
from uuid import UUID

from django.db.models.functions import Now

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.api.client import Client
from apps.api.errors import ApiError, OutcomeUnknown, RecordNotFound
from apps.api.export_records import DELETE_EXPORT, GET_EXPORT
from apps.connections.organisations import visible_to
from apps.exports.cancellation import cancel
from apps.exports.mails import ready_about
from apps.exports.models import ExportRequest
from apps.mail.outbox import withdraw


class DeletionOutcome(Enum):
    """What became of a deletion."""

    DONE = "done"
    #: The answer was lost, and the export is still there.
    STILL_THERE = "still there"
    #: The answer was lost, and looking failed too.
    NOT_KNOWN = "not known"


def may_delete(person: User, ours: ExportRequest | None) -> bool:
    """Whether the person may delete an export: who may delete everybody's, or who asked for it here."""
    is_own = ours is not None and ours.owner_id == person.pk
    return may(person, Capability.EXPORT if is_own else Capability.DELETE_EXPORTS_OF_OTHERS)


def delete(person: User, client: Client, service_id: UUID, remote_id: str) -> DeletionOutcome:
    """Delete it; one that is gone already counts as deleted. Raises an `ApiError` when nothing was done."""
    ours = ExportRequest.objects.filter(
        visible_to(person), service_id=service_id, remote_id=remote_id, removed_at=None
    )
    try:
        client.delete(DELETE_EXPORT, {"exportID": remote_id})
    except (RecordNotFound, OutcomeUnknown) as error:
        outcome = DeletionOutcome.DONE if isinstance(error, RecordNotFound) else _look(client, remote_id)
        if outcome is not DeletionOutcome.DONE:
            return outcome
        # Gone, or another organisation's: what this key cannot see says nothing about other people's exports.
        ours = ours.filter(owner=person)
    exports = ExportRequest.objects.filter(pk__in=[export.pk for export in ours])
    for export in exports:
        # Nobody waits for a file that will not come, and no mail tells of it.
        cancel(export)
    for messages in ready_about(exports.all()).values():
        # It became ready first, and its mails have not left.
        withdraw(messages, "The export was deleted.")
    exports.update(removed_at=Now())
    return DeletionOutcome.DONE


def _look(client: Client, remote_id: str) -> DeletionOutcome:
    try:
        client.get(GET_EXPORT, {"exportID": remote_id})
    except RecordNotFound:
        return DeletionOutcome.DONE
    except ApiError:
        return DeletionOutcome.NOT_KNOWN
    return DeletionOutcome.STILL_THERE
