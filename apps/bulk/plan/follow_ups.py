"""Plans that follow a run: one that takes back what it did, and one that tries again what it did not get done."""

import uuid

from django.db.models import QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import KEPT_FOR, BulkRow, BulkRun
from apps.bulk.plan.rows import GONE
from apps.bulk.plan.starting import Selection, SelectionRefused, start_run, start_run_of_changes
from apps.bulk.scopes import OTHER_ORGANISATION, is_of_same_organisation
from apps.bulk.states import NOT_DONE_ROWS, RowState
from apps.connections.clients import connection_for_service, contract_for
from apps.connections.models import Connection
from apps.resources.writes.change import Change

NO_WAY_BACK = "It held nothing there before, or a value that the API does not take by its contract."


def may_be_undone(run: BulkRun) -> bool:
    """Whether the run has ended within the last 30 days and did something that has a way back."""
    if not run.has_ended or run.finished_at is None or timezone.now() - run.finished_at > KEPT_FOR:
        return False
    if run.instructed.is_archiving(run.resource_declaration):
        return False
    return run.rows.filter(state=RowState.DONE, is_creation=False).exists()


def start_undo(nonce: uuid.UUID, person: User, run: BulkRun) -> BulkRun:
    """The plan that sets back what the run did, with the person's own key.

    Records that hold another value by now are listed in it and left, as are those that have no way back. The same
    nonce gives the same plan. Raises `NoConnection` where the person has no key for the service, `SelectionRefused`
    where the run did nothing, or the key is of another organisation.
    """
    inverses, left = _inverses(run)
    return start_run_of_changes(
        nonce,
        person,
        _connection(person, run),
        run.resource_declaration,
        run.path,
        Instruction(Kind.UNDO, run.title),
        inverses,
        query=run.list_query,
        undo_of=run,
        left=left,
    )


def may_be_tried_again(run: BulkRun) -> bool:
    """Whether the run has ended, and something of it is not done that may be."""
    return run.has_ended and _not_done(run, with_unknown_creations=False).exists()


def unknown_creations(run: BulkRun) -> int:
    """How many records the run may have created without anybody knowing."""
    if not run.has_ended:
        return 0
    count: int = run.rows.filter(state=RowState.UNKNOWN, is_creation=True).count()
    return count


def start_retry(nonce: uuid.UUID, person: User, run: BulkRun, *, with_unknown_creations: bool) -> BulkRun:
    """The plan that tries again what the run did not get done, with the person's own key.

    Creations whose answer was lost are among it only where the person says so: the API may have made them. The same
    nonce gives the same plan. Raises `NoConnection`, and `SelectionRefused` where nothing is left, or the key is of
    another organisation.
    """
    rows = _not_done(run, with_unknown_creations=with_unknown_creations)
    connection = _connection(person, run)
    instruction = run.instructed
    if instruction.kind == Kind.ACTION:
        ids = list(rows.values_list("record_id", flat=True))
        selection = Selection(run.resource_declaration, run.path, ids, run.list_query)
        return start_run(nonce, person, connection, selection, instruction)
    return start_run_of_changes(
        nonce,
        person,
        connection,
        run.resource_declaration,
        run.path,
        Instruction(Kind.RETRY, run.title),
        ((change, row.title, row.line) for row in rows.iterator() if (change := row.wanted)),
        query=run.list_query,
    )


def _connection(person: User, run: BulkRun) -> Connection:
    connection = connection_for_service(person, run.service)
    if not is_of_same_organisation(run, connection):
        raise SelectionRefused(OTHER_ORGANISATION)
    return connection


def _not_done(run: BulkRun, *, with_unknown_creations: bool) -> QuerySet[BulkRow]:
    rows = run.rows.filter(state__in=NOT_DONE_ROWS).exclude(reason=GONE)
    return rows if with_unknown_creations else rows.exclude(state=RowState.UNKNOWN, is_creation=True)


def _inverses(
    run: BulkRun,
) -> tuple[list[tuple[Change, str, None]], list[tuple[str, str, str]]]:
    """What undoes each change that was made, and the records without a way back; creations stay.

    Archiving a created record would have no way back itself.
    """
    operations = contract_for(run.service).for_tag(run.resource_declaration.tag)
    inverses: list[tuple[Change, str, None]] = []
    left: list[tuple[str, str, str]] = []
    for row in run.rows.filter(state=RowState.DONE, is_creation=False).iterator():
        wanted = row.wanted
        inverse = wanted.inverse(operations) if wanted else None
        if inverse is not None:
            inverses.append((inverse, row.title, None))
        else:
            left.append((row.record_id, row.title, NO_WAY_BACK))
    return inverses, left
