"""Begins a run: stores what was selected, or the changes that rows have from the start."""

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.audit.models import RECORD_ID_LENGTH
from apps.bulk.instructions import Instruction
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.states import BEFORE_RUN, RowState, State
from apps.connections.models import Connection
from apps.resources.resource import Resource
from apps.resources.writes.change import Change

#: A plan that nobody carried out is dropped.
PLANS_KEPT_FOR = timedelta(days=7)


#: Sets what would happen to the record of each row, of a run that is not saved yet.
Plan = Callable[[BulkRun, Sequence[BulkRow]], None]


@dataclass(frozen=True)
class Selection:
    """Records of one list: those of some ids, or all that match the list's query but some."""

    resource: Resource
    path: Mapping[str, str]
    ids: Sequence[str] = ()
    #: The list's address query, "?" included; of a selection by ids where to go back to.
    query: str = ""
    is_matching: bool = False
    excluded: Sequence[str] = field(default=())
    #: So many were said to match.
    expected: int | None = None


class SelectionRefused(Exception):
    """Nothing can be done with this selection; the text says why."""


def start_run(
    nonce: uuid.UUID,
    owner: User,
    connection: Connection,
    selection: Selection,
    instruction: Instruction | None = None,
    plan: Plan | None = None,
) -> BulkRun:
    """A new run over the selection, to be collected next; without an instruction a draft.

    `plan` plans its rows at once, of records that were read before: such a run has made no calls, and so reads them
    before it sends anything. The same nonce gives the same run. Raises `SelectionRefused` for nothing, for more than
    `BULK_MAXIMUM_ROWS`, and for what no list of the API has.
    """
    _refuse_unstorable(selection)
    ids = list(dict.fromkeys(selection.ids))
    if not ids and not selection.is_matching:
        raise SelectionRefused(
            f"Nothing is selected. Select {selection.resource.label_plural.lower()} first."
        )
    refuse_too_many(len(ids) if not selection.is_matching else selection.expected or 0)
    run = BulkRun(
        id=nonce,
        owner=owner,
        service=connection.service,
        organisation=connection.organisation,
        resource=selection.resource.name,
        path=dict(selection.path),
        list_query=selection.query,
        instruction=instruction.as_json() if instruction else "",
        is_matching=selection.is_matching,
        excluded=list(dict.fromkeys(selection.excluded)),
        expected=selection.expected if selection.is_matching else len(ids),
        state=State.COLLECTING if instruction else State.DRAFT,
    )
    rows = (
        []
        if selection.is_matching
        else [BulkRow(run=run, position=n, record_id=key) for n, key in enumerate(ids)]
    )
    if plan is not None:
        plan(run, rows)
        run.state, run.planned_at = State.PLANNED, timezone.now()
    return _saved(run, rows, waits_for_person=instruction is None or plan is not None)


def start_run_of_changes(
    nonce: uuid.UUID,
    owner: User,
    connection: Connection,
    resource: Resource,
    path: Mapping[str, str],
    instruction: Instruction,
    changes: Iterable[tuple[Change, str, int | None]],
    *,
    query: str = "",
    undo_of: BulkRun | None = None,
    left: Iterable[tuple[str, str, str]] = (),
) -> BulkRun:
    """A new run whose rows have their changes from the start, each with its title and its line in a file or None.

    `left` are records that nothing can be done with: id, title, why; they are listed and not sent.

    They are compared with the records next: an update may change nothing, or its record be gone. `Change.before` of an
    undo is what the record must still hold; of an import it is empty. The same nonce gives the same run. Raises
    `SelectionRefused` for none, and for more than `BULK_MAXIMUM_ROWS`.
    """
    run = BulkRun(
        id=nonce,
        owner=owner,
        service=connection.service,
        organisation=connection.organisation,
        resource=resource.name,
        path=dict(path),
        list_query=query,
        instruction=instruction.as_json(),
        undo_of=undo_of,
    )
    rows = [
        BulkRow(
            run=run,
            position=number,
            record_id=change.record_id or "",
            title=title,
            change=change.as_json(),
            is_creation=change.is_creation,
            line=line,
        )
        for number, (change, title, line) in enumerate(changes)
    ]
    rows += [
        BulkRow(run=run, position=number, record_id=key, title=title, state=RowState.LEFT, reason=reason)
        for number, (key, title, reason) in enumerate(left, len(rows))
    ]
    if not rows:
        raise SelectionRefused("There is nothing to change.")
    refuse_too_many(len(rows))
    run.expected = len(rows)
    return _saved(run, rows)


def _refuse_unstorable(selection: Selection) -> None:
    """Raise `SelectionRefused` for texts that are no ids, places or addresses, which no database need store."""
    ids = (*selection.ids, *selection.excluded)
    texts = (*ids, *selection.path.values(), selection.query)
    if any("\0" in text for text in texts) or any(len(key) > RECORD_ID_LENGTH for key in ids):
        raise SelectionRefused(
            "One of the selected IDs is none that a record can have. Nothing was selected; select them in the list."
        )


def refuse_too_many(count: int) -> None:
    """Raise `SelectionRefused` for more records than one run may change."""
    largest = settings.BULK_MAXIMUM_ROWS
    if count > largest:
        raise SelectionRefused(
            f"{count:,} are selected; one run changes at most {largest:,}. Narrow the list by a filter first."
        )


def _saved(run: BulkRun, rows: Sequence[BulkRow], *, waits_for_person: bool = False) -> BulkRun:
    _drop_old(run.owner)
    try:
        with transaction.atomic():
            if waits_for_person:
                # Nothing happens by itself until a person says what to do.
                run.due_at = None
            run.save(force_insert=True)
            BulkRow.objects.bulk_create(rows, batch_size=500)
    except IntegrityError:
        # A form that was sent twice: what the first one made, unless the number is somebody else's.
        return BulkRun.objects.get(pk=run.pk, owner=run.owner)
    return run


def _drop_old(owner: User) -> None:
    now = timezone.now()
    mine: Any = BulkRun.objects.filter(owner=owner)
    with transaction.atomic():
        # None of them is confirmed while what hangs on it is collected.
        plans = mine.filter(state__in=BEFORE_RUN - {State.SCHEDULED}, created_at__lt=now - PLANS_KEPT_FOR)
        mine.filter(pk__in=[run.pk for run in plans.select_for_update().only("pk")]).delete()
