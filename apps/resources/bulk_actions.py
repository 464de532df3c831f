"""What can be done with a selection. The API answers a bulk call with `{}`, so the truth is read back."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any

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
    """One action over a selection, by the contract's bulk operation of that role."""

    name: str
    label: str
    #: "bulk_status" or "bulk_delete".
    role: str
    #: The status to set, for "bulk_status".
    active: bool | None
    #: What will happen, for the confirmation: a sentence.
    consequence: str
    #: "activated": for the result.
    past: str
    is_destructive: bool = False

    def payload(self, ids: Sequence[str]) -> dict[str, Any]:
        """The body of the bulk call."""
        body: dict[str, Any] = {"data": list(ids)}
        return body if self.active is None else {"active": self.active, **body}

    def is_done_for(self, record: Record | None) -> bool:
        """Whether a record read back is as the action wants it; None is a record that is gone."""
        if self.role == "bulk_delete":
            return record is None or is_archived(record)
        return record is not None and record.get("active") is self.active


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
    if "id" in scope.catalogue:
        query = ListQuery(page_size=LARGEST_SELECTION, filters=(Filter("id", "in", ",".join(ids)),))
        try:
            records = scope.list(query).records
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
    refusals = _send(scope, action, wanted) if wanted else {}
    after = read_records(scope, [key for key in wanted if not _is_final(refusals.get(key))]) if wanted else {}
    for key in wanted:
        outcomes[key] = _after(action, key, titles[key], refusals.get(key), after.get(key))
    return [outcome for key in ids if (outcome := outcomes[key]) is not None]


def _title(scope: "Scope", key: str, record: Reading) -> str:
    return scope.resource.title(record) if isinstance(record, Mapping) else f"{scope.resource.label} {key}"


def _before(action: BulkAction, key: str, title: str, record: Reading) -> RowOutcome | None:
    if record is None:
        return RowOutcome(key, title, Outcome.FAILED, "It no longer exists.")
    if not isinstance(record, ApiError) and action.is_done_for(record):
        return RowOutcome(key, title, Outcome.UNCHANGED, f"It was already {action.past}.")
    return None


def _send(scope: "Scope", action: BulkAction, ids: Sequence[str]) -> dict[str, ApiError]:
    """Call the API once for all; where it refuses the lot, once for each, so that one bad row stops no other."""
    try:
        _call(scope, action, ids)
    except (RequestRefused, RecordNotFound) as error:
        if len(ids) == 1:
            return {ids[0]: error}
        answers = run_together(*(partial(_call, scope, action, [key]) for key in ids))
        return {key: answer for key, answer in zip(ids, answers, strict=True) if isinstance(answer, ApiError)}
    except ApiError as error:
        return dict.fromkeys(ids, error)
    return {}


def _call(scope: "Scope", action: BulkAction, ids: Sequence[str]) -> None:
    operation = scope.operations[action.role]
    send: Callable[..., None] = scope.client.delete if action.role == "bulk_delete" else scope.client.update
    send(operation.id, scope.list_path, action.payload(ids))


def _is_final(refusal: ApiError | None) -> bool:
    """Whether the refusal says for certain that nothing was done, so that reading back adds nothing."""
    return refusal is not None and not isinstance(refusal, OutcomeUnknown)


def _after(action: BulkAction, key: str, title: str, refusal: ApiError | None, record: Reading) -> RowOutcome:
    if refusal is not None and _is_final(refusal):
        words = describe(refusal)
        return RowOutcome(key, title, Outcome.FAILED, f"{words.title}. {words.cause}".strip())
    if isinstance(record, ApiError):
        return RowOutcome(
            key, title, Outcome.UNKNOWN, "The API took the change, but the record could not be read back."
        )
    if action.is_done_for(record):
        return RowOutcome(key, title, Outcome.DONE)
    if refusal is not None:
        return RowOutcome(
            key, title, Outcome.FAILED, "The API's answer was lost, and the record is unchanged."
        )
    if record is None:
        return RowOutcome(key, title, Outcome.FAILED, "It no longer exists.")
    return RowOutcome(key, title, Outcome.FAILED, "The API took the change, but the record is unchanged.")
