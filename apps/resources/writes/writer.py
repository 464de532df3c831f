"""The one way in which records of the API are changed: planned, logged, sent, read back, closed in the log."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.accounts.policy import Capability, ServiceId, demand
from apps.api.contract.contract import Field, Operation
from apps.api.errors import ApiError, OutcomeUnknown, RequestRefused, ServiceFailed
from apps.api.parallel import run_together
from apps.audit.descriptions import (
    JOB_TIME,
    PAGE_TIME,
    FieldChange,
    Kind,
    Origin,
    WriteDescription,
    field_changes,
)
from apps.audit.models import Outcome
from apps.resources.scope import Scope
from apps.resources.writes.attempts import Attempt, result_of_entry
from apps.resources.writes.bodies import body_of, field_at, is_never_told
from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.reading import Reading, read_records
from apps.resources.writes.results import LOST_AND_CONFIRMED, Judge, Result, gone, is_lost, refused
from apps.resources.writes.runs import SENT_BEFORE, Run
from apps.resources.writes.sending import (
    OUR_FAULT,
    Ending,
    Write,
    begun_writes,
    close_all,
    describe_write,
    open_writes,
)
from apps.ui.columns import Record
from apps.ui.error_pages import describe
from apps.ui.values import value_at
from apps.ui.waiting.own_changes import note_change

NOT_READ: Mapping[str, Record] = {}


def never(_result: Result) -> bool:
    """Every result is the last word."""
    return False


class Writer:
    """Changes records of a scope for a person, who does it through a page or a job.

    writer = Writer(scope, person, Origin.page("offers:edit", request.path))
    planned = writer.plan([Change("offers", scope.list_path, "1001", {"active": False})])
    results = writer.apply(planned)
    """

    def __init__(self, scope: Scope, actor: User, origin: Origin) -> None:
        self.scope = scope
        self._actor = actor
        self._origin = origin
        operation = scope.operations.get("update") or scope.operations.get("create")
        self._judge = Judge(operation.body_fields if operation else {}, scope.resource.label_of)

    @property
    def fields(self) -> Mapping[str, Field]:
        """The contract's fields of a body that changes a record."""
        return self._judge.fields

    def at(self, scope: Scope) -> "Writer":
        """The same person and page, in another scope."""
        return Writer(scope, self._actor, self._origin)

    def plan(self, changes: Sequence[Change], known: Mapping[str, Record] = NOT_READ) -> list[PlannedChange]:
        """What carrying the changes out would do, in their order. Reads the records that are not `known` yet.

        Raises `RoleNeeded` where the person may not do this, `ValueError` for changes of another place, or of one
        record twice.
        """
        self._check(changes)
        ids = [change.record_id for change in changes if change.record_id is not None]
        read: dict[str, Reading] = {**known}
        read |= read_records(self.scope, [key for key in ids if key not in known])
        return [self._planned(change, read.get(change.record_id or "")) for change in changes]

    def apply(
        self,
        planned: Sequence[PlannedChange],
        *,
        in_bulk: bool = False,
        kind: str = "",
        keeps_open: Callable[[Result], bool] = never,
        looks_only: bool = False,
        creates_at_once: int = 1,
    ) -> list[Result]:
        """Carry the changes out and say what came of each, in their order.

        Each write stands in the change log before it is sent, and is closed there with its outcome, once, also where it
        was sent twice. `in_bulk` prefers the contract's bulk calls; `kind` is what the log calls the writes.

        A job that tries again says of which results by `keeps_open`: their entries stay open in the log. They come back
        with the same `entry_id` and `was_begun`; what the log has closed by then keeps its outcome. With `looks_only`
        nothing is sent: what may have been sent before is read, judged and closed.
        """
        needed = [item for item in planned if item.is_needed or item.was_begun]
        begun = begun_writes([item.entry_id for item in needed if item.was_begun and item.entry_id])
        closed = {
            id(item): result_of_entry(item, begun[item.entry_id].entry)
            for item in needed
            if item.entry_id in begun and begun[item.entry_id].is_closed
        }
        open_ones = [item for item in needed if id(item) not in closed]
        attempt = Attempt(
            kind,
            begun,
            keeps_open,
            looks_only=looks_only,
            creates_at_once=creates_at_once,
        )
        made = self._create(open_ones, attempt) if open_ones and open_ones[0].change.is_creation else {}
        changed = {} if made else self._change(open_ones, attempt, in_bulk=in_bulk)
        if self._origin.kind == Origin.JOB:
            # Of what a page sends, its request tells.
            note_change(self._actor)
        results = closed | made | changed
        return [results[id(item)] if id(item) in results else _unneeded(item) for item in planned]

    def conclude(self, entry_id: UUID, outcome: Outcome, words: str, record_id: str = "") -> None:
        """Close what a job began, by what was found out about it elsewhere; of a creation with the new id."""
        for write in begun_writes([entry_id]).values():
            if not write.is_closed:
                write.close(outcome, words, record_id)

    def withdraw(self, entry_ids: Collection[UUID], reason: str) -> None:
        """Close what a job began and will not send: the entries that are still open, as not sent, for that reason."""
        close_all(
            Ending(write, Outcome.NOT_SENT, reason)
            for write in begun_writes(entry_ids).values()
            if not write.is_closed
        )

    def _check(self, changes: Sequence[Change]) -> None:
        demand_all(self._actor, changes, self.scope.connection.service_id)
        existing = Counter(change.record_id for change in changes if change.record_id is not None)
        if existing and len(existing) < len(changes):
            raise ValueError("Each record is changed once, and none is created beside")
        place = self.scope.resource.name, self.scope.list_path
        if any((change.resource, dict(change.path)) != place for change in changes):
            raise ValueError(f"This writes {place[0]} at {place[1]} alone")

    def _planned(self, change: Change, record: Reading) -> PlannedChange:
        resource, values = self.scope.resource, change.values
        if change.record_id is None:
            return PlannedChange(change, resource.title(values or {}))
        title = resource.title_of(change.record_id, record)
        if not isinstance(record, Mapping):
            return PlannedChange(change, title, record)
        before = self._known_fields(record) if values is None else _present(record, values)
        planned = PlannedChange(replace(change, before=before), title, record)
        is_so = self._judge.is_as_wanted(planned, record) and not self._holds_unanswered(values)
        # A hook reads what is to be sent as a body.
        sent = None if values is None else body_of(values, self._judge.fields, record)
        warning = "" if is_so else resource.warning_before(self.scope, self._actor, record, sent)
        return replace(planned, is_so=is_so, warning=warning)

    # --- Existing records ---

    def _change(
        self, needed: Sequence[PlannedChange], attempt: Attempt, *, in_bulk: bool
    ) -> dict[int, Result]:
        run = Run(self.scope, needed, self._judge, in_bulk=in_bulk, looks_only=attempt.looks_only)
        unread = run.unreadable()
        results = {
            id(item): replace(refused(item, unread[item.record_id]), error=item.reading_error)
            for item in needed
            if item.record_id in unread
        }
        sent = [item for item in needed if item.record_id not in unread]
        writes = self._writes(sent, attempt, run.first_operation)
        try:
            outcomes = run.carry_out(writes)
        except BaseException:
            _close_after_fault(list(writes.values()))
            raise
        outcomes = [replace(one, entry_id=writes[one.record_id].entry.pk) for one in outcomes]
        close_all(_ending(writes[one.record_id], one) for one in outcomes if not attempt.keeps_open(one))
        return results | dict(zip(map(id, sent), outcomes, strict=True))

    # --- New records ---

    def _create(self, needed: Sequence[PlannedChange], attempt: Attempt) -> dict[int, Result]:
        """Create so many at once; a refusal that concerns them all ends it. None is sent twice."""
        operation = self.scope.operations["create"]
        writes = list(self._writes(needed, attempt, lambda _item: operation).values())
        results: dict[int, Result] = {}
        stopped = ""
        pairs = list(zip(needed, writes, strict=True))
        try:
            for start in range(0, len(pairs), attempt.creates_at_once):
                part = pairs[start : start + attempt.creates_at_once]
                ends = (partial(self._created, item, operation, write, stopped) for item, write in part)
                for (item, write), result in zip(part, run_together(*ends), strict=True):
                    if isinstance(result, ApiError):
                        raise result
                    if not stopped and _ends_creating(result.error):
                        stopped = f"Not tried: {result.reason}"
                    results[id(item)] = replace(result, entry_id=write.entry.pk)
        except BaseException:
            _close_after_fault(writes)
            raise
        close_all(
            _ending(write, results[id(item)])
            for item, write in pairs
            if not attempt.keeps_open(results[id(item)])
        )
        return results

    def _created(self, item: PlannedChange, operation: Operation, write: Write, stopped: str) -> Result:
        if item.may_be_sent:
            return Result("", item.title, Outcome.UNKNOWN, SENT_BEFORE)
        if stopped:
            return Result("", item.title, Outcome.NOT_SENT, stopped, may_be_sent_again=True)
        body = body_of(item.change.values or {}, operation.body_fields)
        try:
            made = write.create(self.scope.client, operation.id, self.scope.list_path, body)
        except OutcomeUnknown as error:
            return Result("", item.title, Outcome.UNKNOWN, describe(error).sentence, error=error)
        except ApiError as error:
            return replace(refused(item, error), reason=describe(error).sentence)
        return Result(made.record_id, item.title, Outcome.DONE)

    # --- The log ---

    def _writes(
        self,
        items: Sequence[PlannedChange],
        attempt: Attempt,
        operation: Callable[[PlannedChange], Operation],
    ) -> dict[Any, Write]:
        """The writes of these changes, all in the log by now: by record, or in their order where there is none yet."""
        new = [item for item in items if attempt.begun_write(item) is None]
        opened = dict(
            zip(
                map(id, new),
                open_writes([self._describe(item, operation(item), attempt.kind) for item in new]),
                strict=True,
            )
        )
        return {
            item.record_id or number: attempt.begun_write(item) or opened[id(item)]
            for number, item in enumerate(items)
        }

    def _describe(self, item: PlannedChange, operation: Operation, kind: str) -> WriteDescription:
        change, resource = item.change, self.scope.resource
        usual = Kind.CREATE if change.is_creation else Kind.ARCHIVE if change.is_archiving else Kind.UPDATE
        body = None if change.values is None else body_of(change.values, operation.body_fields, item.read)
        return describe_write(
            self.scope.connection,
            self._actor,
            self._origin,
            operation,
            resource=resource.name,
            kind=kind or usual,
            path=self.scope.list_path,
            record_id=item.record_id,
            title=item.title,
            changes=self._field_changes(change),
            body=body,
            secret_names=resource.hidden_fields | resource.form_class.passwords,
            time=JOB_TIME if self._origin.kind == Origin.JOB else PAGE_TIME,
            entry_id=item.entry_id,
        )

    def _field_changes(self, change: Change) -> list[FieldChange]:
        return field_changes(change.before, change.values or {})

    def _known_fields(self, record: Record) -> dict[str, Any]:
        return {name: record[name] for name in self.scope.fields if name in record}

    def _holds_unanswered(self, values: Mapping[str, Any] | None) -> bool:
        """Whether a value is among them that no record tells, as a password."""
        fields = self._judge.fields
        return any(is_never_told(name, field_at(fields, name)) for name in values or ())


def demand_all(person: User, changes: Sequence[Change], service: ServiceId) -> None:
    """Ask the policy. Raises `RoleNeeded`, a `PermissionDenied`, where the person may not make these changes."""
    for change in changes:
        if change.is_creation:
            demand(person, Capability.CREATE, service)
        else:
            demand(person, Capability.ARCHIVE if change.is_archiving else Capability.EDIT, service)
    if sum(not change.is_creation for change in changes) > 1:
        demand(person, Capability.ACT_IN_BULK, service)


def _present(record: Record, names: Mapping[str, Any]) -> dict[str, Any]:
    """What the record has of the fields, dotted inside objects."""
    found = {}
    for name in names:
        *outer, last = name.split(".")
        inside = value_at(record, ".".join(outer)) if outer else record
        if isinstance(inside, Mapping) and last in inside:
            found[name] = inside[last]
    return found


def _unneeded(item: PlannedChange) -> Result:
    """The result of a change for which nothing is sent."""
    if item.is_gone:
        return gone(item)
    return Result(item.record_id, item.title, Outcome.UNCHANGED, record=item.read)


def _ending(write: Write, result: Result) -> Ending:
    words = result.reason or (LOST_AND_CONFIRMED if is_lost(write.error) else "")
    record_id = result.record_id if result.outcome == Outcome.DONE and not write.entry.record_id else ""
    return Ending(write, result.outcome, words, record_id)


def _close_after_fault(writes: Sequence[Write]) -> None:
    """Nothing more is known than whether the API was asked."""
    close_all(
        Ending(write, Outcome.UNKNOWN, OUR_FAULT) if write.tries else Ending(write, Outcome.NOT_SENT)
        for write in writes
    )


def _ends_creating(error: ApiError | None) -> bool:
    """Whether the next record would be refused for the same reason; what concerns one alone stops no other."""
    return error is not None and not isinstance(error, RequestRefused | ServiceFailed | OutcomeUnknown)
