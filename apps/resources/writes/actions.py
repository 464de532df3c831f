"""What can be done with a selection, and what it means for a record. How it is carried out: `bulk_runs.py`."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.api.contract.contract import Operation
from apps.api.errors import ApiError, OutcomeUnknown, RateLimited, Unreachable
from apps.resources.api_access import ApiAccess
from apps.ui.columns import Record
from apps.ui.contract_values import is_value
from apps.ui.error_pages import describe

#: The API's largest page, and so the largest selection that one read can check.
LARGEST_SELECTION = 100
#: Words by which an archived record may call itself so when the API still shows it.
ARCHIVE_MARKS = ("archived", "is_archived", "deleted", "is_deleted", "archived_at", "deleted_at")


class Outcome(StrEnum):
    """What became of one selected record."""

    DONE = "done"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    NOT_SENT = "not sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class RowOutcome:
    """One record of a selection and what became of it, with the reason when it is not done."""

    record_id: str
    title: str
    outcome: Outcome
    reason: str = ""
    #: Whether the same again may do it: it was not sent, or not done, or it is not known.
    may_be_sent_again: bool = False


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
    #: Whether a single record is read first, because there may be something to confirm (`Resource.warning_before`).
    may_warn: bool = False

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

    def may_be_tried(self, scope: ApiAccess, record_id: str = "") -> bool:
        """Whether there is a way that the key was not refused of late: for many at once, or for each."""
        return scope.may_try(self.bulk_role) or scope.may_try(self.single_role, record_id)

    def is_possible(self, operations: Mapping[str, Operation]) -> bool:
        """Whether the contract has an operation for it, and lets the values be set."""
        return any(
            all(name in body and not body[name].is_read_only for name in self.changes or ())
            for role in (self.bulk_role, self.single_role)
            if role in operations
            for body in [operations[role].body_fields]
        )

    def is_done_for(self, record: Record | None) -> bool:
        """Whether a record read back is as the action wants it; None is a record that is gone."""
        if self.changes is None:
            return record is None or is_archived(record)
        return record is not None and all(
            is_value(record.get(name), value) for name, value in self.changes.items()
        )


def is_archived(record: Record) -> bool:
    """Whether a record that can still be read calls itself archived."""
    return (
        any(record.get(mark) for mark in ARCHIVE_MARKS) or str(record.get("status", "")).lower() == "archived"
    )


#: A record, None when it is gone, or why it could not be read.
Reading = Record | None | ApiError


def is_lost(refusal: ApiError | None) -> bool:
    """Whether it is not known what became of a call."""
    return isinstance(refusal, OutcomeUnknown)


def is_final(refusal: ApiError | None) -> bool:
    """Whether the refusal says for certain that nothing was done, so that reading back adds nothing."""
    return refusal is not None and not is_lost(refusal)


def is_undone(action: BulkAction, record: Reading) -> bool:
    """Whether a record that could be read is not as the action wants it."""
    return not isinstance(record, ApiError) and not action.is_done_for(record)


def _was_not_sent(refusal: ApiError) -> bool:
    # A pause that we keep by ourselves has no status: the API was not asked.
    return isinstance(refusal, Unreachable) or (isinstance(refusal, RateLimited) and refusal.status is None)


def outcome_before(action: BulkAction, key: str, title: str, record: Reading) -> RowOutcome | None:
    """What is certain before anything is sent; None for a record that the action is to be sent for."""
    if record is None:
        return RowOutcome(key, title, Outcome.FAILED, "It no longer exists.")
    if not isinstance(record, ApiError) and action.is_done_for(record):
        return RowOutcome(key, title, Outcome.UNCHANGED, f"It was already {action.past}.")
    return None


def row_outcome(
    action: BulkAction, key: str, title: str, refusal: ApiError | None, before: Reading, record: Reading
) -> RowOutcome:
    """What became of one record: from the API's refusal if any, and the record as read before and after."""
    if refusal is not None and is_final(refusal):
        words = describe(refusal)
        if _was_not_sent(refusal):
            return RowOutcome(key, title, Outcome.NOT_SENT, words.cause, may_be_sent_again=True)
        return RowOutcome(
            key,
            title,
            Outcome.FAILED,
            words.sentence,
            isinstance(refusal, RateLimited),
        )
    if isinstance(record, ApiError):
        taken = "The API took the change" if refusal is None else "The API's answer was lost"
        return RowOutcome(
            key,
            title,
            Outcome.UNKNOWN,
            f"{taken}; the record could not be read back.",
            may_be_sent_again=True,
        )
    if action.is_done_for(record):
        return RowOutcome(key, title, Outcome.DONE)
    if refusal is not None:
        reason = "The API's answer was lost, and the record is unchanged."
        return RowOutcome(key, title, Outcome.FAILED, reason, may_be_sent_again=True)
    if record is None:
        return RowOutcome(key, title, Outcome.FAILED, "It no longer exists.")
    if action.is_destructive:
        # How the API marks an archived record that it still shows is not documented: any change is such a mark.
        outcome = Outcome.DONE if record != before else Outcome.UNKNOWN
        return RowOutcome(key, title, outcome, "The API took the change and still shows the record.")
    return RowOutcome(key, title, Outcome.FAILED, "The API took the change, but the record is unchanged.")
