"""Takes back what a run did: the inverse of every change that was made, planned as a run of its own."""

import uuid
from collections.abc import Iterator

from django.utils import timezone

from apps.accounts.models import User
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import KEPT_FOR, BulkRun
from apps.bulk.plan.starting import start_run_of_changes
from apps.bulk.states import RowState
from apps.connections.clients import connection_for_service, contract_for
from apps.resources.writes.change import Change


def may_be_undone(run: BulkRun) -> bool:
    """Whether the run has ended within the last 30 days and did something that has a way back."""
    if not run.has_ended or run.finished_at is None or timezone.now() - run.finished_at > KEPT_FOR:
        return False
    if run.instructed.is_archiving(run.resource_declaration):
        return False
    return run.rows.filter(state=RowState.DONE, is_creation=False).exists()


def start_undo(nonce: uuid.UUID, person: User, run: BulkRun) -> BulkRun:
    """The plan that sets back what the run did, with the person's own key.

    Records that hold another value by now are listed in it and left. The same nonce gives the same plan. Raises
    `NoConnection` where the person has no key for the service, `SelectionRefused` where nothing has a way back.
    """
    return start_run_of_changes(
        nonce,
        person,
        connection_for_service(person, run.service),
        run.resource_declaration,
        run.path,
        Instruction(Kind.UNDO, run.title),
        _inverses(run),
        query=run.list_query,
        undo_of=run,
    )


def _inverses(run: BulkRun) -> Iterator[tuple[Change, str, int | None]]:
    """What undoes each change that was made; creations stay, as archiving them has no way back."""
    operations = contract_for(run.service).for_tag(run.resource_declaration.tag)
    for row in run.rows.filter(state=RowState.DONE, is_creation=False).iterator():
        wanted = row.wanted
        inverse = wanted.inverse(operations) if wanted else None
        if inverse is not None:
            yield inverse, row.title, None
