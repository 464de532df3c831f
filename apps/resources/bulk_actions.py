"""What can be done with a selection. The API answers a bulk call with `{}`, so the truth is read back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

from apps.api.contract import Operation
from apps.api.deadline import run_together
from apps.api.errors import ApiError, OutcomeUnknown, RecordNotFound, RequestRefused
from apps.api.query import Filter, ListQuery
from apps.resources.columns import Record
from apps.resources.error_pages import describe

if TYPE_CHECKING:
    from apps.resources.scope import Scope

#: The API's largest page, and so the largest selection that one read can check.
LARGEST_SELECTION = 100
#: Words by which an archived record may call itself so when the API still shows it.
ARCHIVE_MARKS = ("archived", "is_archived", "deleted", "is_deleted", "archived_at", "deleted_at")


class Outcome(StrEnum):
    """What became of one selected record."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RowOutcome:
    """One record of a selection and what became of it, with the reason when it is not done."""

    record_id: str
    title: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True)
class BulkAction:
    """One action over a selection: by the contract's bulk operation where it has one, else one call a record."""

    name: str
    label: str
    #: The values to set; None archives the records.
    changes: Mapping[str, Any] | None
    #: What will happen, for the confirmation: a sentence.
    consequence: str
    #: "activated": for the result.
    past: str

    @property
    def is_destructive(self) -> bool:
        """Whether the action cannot be taken back from here."""
        return self.changes is None

    @property
    def bulk_role(self) -> str:
        """The role of the bulk operation that does this for many records at once."""
        return "bulk_delete" if self.changes is None else "bulk_status"

    @property
    def single_role(self) -> str:
        """The role of the operation that does this for one record."""
        return "delete" if self.changes is None else "update"

    def is_possible(self, operations: Mapping[str, Operation]) -> bool:
        """Whether the contract has an operation for it."""
        return self.bulk_role in operations or self.single_role in operations

    def is_done_for(self, record: Record | None) -> bool:
        """Whether a record read back is as the action wants it; None is a record that is gone."""
        if self.changes is None:
            return record is None or is_archived(record)
        return record is not None and all(record.get(name) == value for name, value in self.changes.items())


def is_archived(record: Record) -> bool:
    """Whether a record that can still be read calls itself archived."""
    return (
        any(record.get(mark) for mark in ARCHIVE_MARKS) or str(record.get("status", "")).lower() == "archived"
    )


#: A record, None when it is gone, or why it could not be read.
Reading = Record | None | ApiError


def read_records(scope: "Scope", ids: Sequence[str]) -> dict[str, Reading]:
    """The records as they are now: one filtered list call, then one by one what that did not answer."""
    found: dict[str, Reading] = {}
    if ids and "id" in scope.catalogue:
        query = ListQuery(page_size=LARGEST_SELECTION, filters=(Filter("id", "in", ",".join(ids)),))
        try:
            records = scope.read_page(query).records
        except ApiError:
            records = []
        found = {key: record for record in records if (key := scope.resource.record_id(record)) in ids}
    missing = [key for key in ids if key not in found]
    answers = run_together(*(partial(scope.get_or_none, key) for key in missing))
    return {**found, **dict(zip(missing, answers, strict=True))}


def run(scope: "Scope", action: BulkAction, ids: Sequence[str]) -> list[RowOutcome]:
    """Carry the action out and say, for every selected record, whether it is done, and if not why."""
    before = read_records(scope, ids)
    titles = {key: _title(scope, key, before[key]) for key in ids}
    outcomes = {key: _before(action, key, titles[key], before[key]) for key in ids}
    wanted = [key for key in ids if outcomes[key] is None]
    known = {key: record for key in wanted if isinstance(record := before[key], Mapping)}
    refusals = _send(scope, action, wanted, known) if wanted else {}
    after = read_records(scope, [key for key in wanted if not _is_final(refusals.get(key))]) if wanted else {}
    undone = [key for key in wanted if _is_lost(refusals.get(key)) and _is_undone(action, after.get(key))]
    if undone:
        # Their answer was lost, and they are as they were: once more, and a second look.
        again = _send(scope, action, undone, known)
        if action.is_destructive:
            # The first sending may have come to its effect late: what is gone now was archived by us.
            again = {key: error for key, error in again.items() if not isinstance(error, RecordNotFound)}
        refusals = {key: error for key, error in refusals.items() if key not in undone} | again
        after |= read_records(scope, [key for key in undone if not _is_final(again.get(key))])
    for key in wanted:
        outcomes[key] = row_outcome(action, key, titles[key], refusals.get(key), before[key], after.get(key))
    return [outcome for key in ids if (outcome := outcomes[key]) is not None]


def _title(scope: "Scope", key: str, record: Reading) -> str:
    return scope.resource.title(record) if isinstance(record, Mapping) else f"{scope.resource.label} {key}"


def _before(action: BulkAction, key: str, title: str, record: Reading) -> RowOutcome | None:
    if record is None:
        return RowOutcome(key, title, Outcome.FAILED, "It no longer exists.")
    if not isinstance(record, ApiError) and action.is_done_for(record):
        return RowOutcome(key, title, Outcome.UNCHANGED, f"It was already {action.past}.")
    return None


def _send(
    scope: "Scope", action: BulkAction, ids: Sequence[str], known: Mapping[str, Record]
) -> dict[str, ApiError]:
    """Call the API and give what it refused, by id.

    Once for all where there is a bulk operation; one by one where there is none, or where it refuses the lot, so
    that one bad record stops no other.
    """
    if action.bulk_role not in scope.operations:
        return _refusals(ids, [partial(_change_one, scope, action, key, known.get(key, {})) for key in ids])
    try:
        _change_all(scope, action, ids)
    except (RequestRefused, RecordNotFound) as error:
        if len(ids) == 1:
            return {ids[0]: error}
        return _refusals(ids, [partial(_change_all, scope, action, [key]) for key in ids])
    except ApiError as error:
        return dict.fromkeys(ids, error)
    return {}


def _refusals(ids: Sequence[str], calls: Sequence[Callable[[], None]]) -> dict[str, ApiError]:
    answers = zip(ids, run_together(*calls), strict=True)
    return {key: answer for key, answer in answers if isinstance(answer, ApiError)}


def _change_all(scope: "Scope", action: BulkAction, ids: Sequence[str]) -> None:
    operation = scope.operations[action.bulk_role]
    send: Callable[..., None] = scope.client.delete if action.changes is None else scope.client.update
    send(operation.id, scope.list_path, {**(action.changes or {}), "data": list(ids)})


def _change_one(scope: "Scope", action: BulkAction, key: str, record: Record) -> None:
    operation, path = scope.operations[action.single_role], scope.record_path(key)
    if action.changes is None:
        scope.client.delete(operation.id, path)
        return
    required = {
        name: record[name]
        for name, field in operation.body_fields.items()
        if field.required and name in record
    }
    scope.client.update(operation.id, path, {**required, **action.changes})


def _is_lost(refusal: ApiError | None) -> bool:
    return isinstance(refusal, OutcomeUnknown)


def _is_undone(action: BulkAction, record: Reading) -> bool:
    """Whether a record that could be read is not as the action wants it."""
    return not isinstance(record, ApiError) and not action.is_done_for(record)


def _is_final(refusal: ApiError | None) -> bool:
    """Whether the refusal says for certain that nothing was done, so that reading back adds nothing."""
    return refusal is not None and not isinstance(refusal, OutcomeUnknown)


def row_outcome(
    action: BulkAction, key: str, title: str, refusal: ApiError | None, before: Reading, record: Reading
) -> RowOutcome:
    """What became of one record: from the API's refusal if any, and the record as read before and after."""
    if refusal is not None and _is_final(refusal):
        words = describe(refusal)
        return RowOutcome(key, title, Outcome.FAILED, f"{words.title}. {words.cause}".strip())
    if isinstance(record, ApiError):
        taken = "The API took the change" if refusal is None else "The API's answer was lost"
        return RowOutcome(key, title, Outcome.UNKNOWN, f"{taken}; the record could not be read back.")
    if action.is_done_for(record):
        return RowOutcome(key, title, Outcome.DONE)
    if refusal is not None:
        return RowOutcome(
            key, title, Outcome.FAILED, "The API's answer was lost, and the record is unchanged."
        )
    if record is None:
        return RowOutcome(key, title, Outcome.FAILED, "It no longer exists.")
    if action.is_destructive:
        # How the API marks an archived record that it still shows is not documented: any change is such a mark.
        outcome = Outcome.DONE if record != before else Outcome.UNKNOWN
        return RowOutcome(key, title, outcome, "The API took the change and still shows the record.")
    return RowOutcome(key, title, Outcome.FAILED, "The API took the change, but the record is unchanged.")
