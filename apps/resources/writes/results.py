"""What came of a change of one record: one form for a page, a row of a bulk result, a line of a file, an undo."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.text import get_text_list

from apps.api.contract.contract import Field
from apps.api.errors import ApiError, KeyRejected, OutcomeUnknown, RateLimited, RecordNotFound
from apps.audit.models import Outcome
from apps.resources.writes.actions import is_archived
from apps.resources.writes.bodies import differing, field_at, is_never_told
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.reading import Reading
from apps.resources.writes.sending import outcome_after
from apps.ui.columns import Record
from apps.ui.error_pages import describe
from apps.ui.values import value_at

GONE = "It no longer exists."
LOST_AND_CONFIRMED = "The API's answer was lost; the record was read back and is as wanted."


@dataclass(frozen=True)
class Result:
    """One record and what came of its change, with the reason where it is not simply done."""

    #: "" for a new record without an id.
    record_id: str
    title: str
    outcome: Outcome
    reason: str = ""
    #: Whether the same again may do it: it was not sent, or not done, or it is not known.
    may_be_sent_again: bool = False
    #: Why not, as the API said it or the call failed.
    error: ApiError | None = field(default=None, compare=False)
    #: Why the record could not be read back.
    reading_error: ApiError | None = field(default=None, compare=False)
    #: The record afterwards, where it was read.
    record: Record | None = field(default=None, compare=False)
    #: Whether somebody else changed the same field meanwhile.
    was_changed_otherwise: bool = field(default=False, compare=False)
    #: The entry in the change log; None where nothing was to be sent.
    entry_id: uuid.UUID | None = field(default=None, compare=False)

    def as_row(self) -> dict[str, Any]:
        """What is stored of it, as plain JSON."""
        return {
            "record_id": self.record_id,
            "title": self.title,
            "outcome": self.outcome.value,
            "reason": self.reason,
            "may_be_sent_again": self.may_be_sent_again,
        }

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> "Result":
        """The result behind a stored row."""
        return cls(**{**row, "outcome": Outcome(row["outcome"])})


def is_lost(refusal: ApiError | None) -> bool:
    """Whether it is not known what came of a call."""
    return isinstance(refusal, OutcomeUnknown)


def is_final(refusal: ApiError | None) -> bool:
    """Whether the refusal says for certain that nothing was done, so that reading back adds nothing."""
    return refusal is not None and not is_lost(refusal)


def gone(planned: PlannedChange) -> Result:
    """The result for a record that is not there any more."""
    error = RecordNotFound(planned.change.resource, GONE)
    return Result(planned.record_id, planned.title, Outcome.FAILED, GONE, error=error)


def refused(planned: PlannedChange, error: ApiError) -> Result:
    """The result of a change that was certainly not made."""
    words, outcome = describe(error), outcome_after(error)
    is_unsent = outcome == Outcome.NOT_SENT
    return Result(
        planned.record_id,
        planned.title,
        outcome,
        words.cause if is_unsent else words.sentence,
        is_unsent or isinstance(error, RateLimited | KeyRejected),
        error,
    )


@dataclass(frozen=True)
class Judge:
    """Says what came of changes, from the API's answers and the records as they are read back."""

    #: The contract's fields of a body that changes a record.
    fields: Mapping[str, Field]
    #: A field's name for people.
    label_of: Callable[[str], str]

    def is_as_wanted(self, planned: PlannedChange, record: Record | None) -> bool:
        """Whether a record is as the change wants it; None is a record that is gone."""
        values = planned.change.values
        if values is None:
            return record is None or is_archived(record)
        return record is not None and not self._differing(values, record)

    def is_untouched(self, planned: PlannedChange, reading: Reading) -> bool:
        """Whether a record that was read back is as it was before, as far as the change goes."""
        if isinstance(reading, ApiError) or self.is_as_wanted(planned, reading):
            return False
        before, values = planned.record, planned.change.values
        if reading is None:
            return False
        if not isinstance(before, Mapping) or values is None:
            return True
        seen = {name: value_at(before, name) for name in self._differing(values, reading)}
        return not list(differing(seen, self.fields, reading))

    def result(
        self, planned: PlannedChange, refusal: ApiError | None, after: Reading, *, was_sent_alone: bool
    ) -> Result:
        """What came of one change. An answer to a call for this record alone counts more than one to a bulk call."""
        if refusal is not None and is_final(refusal):
            return refused(planned, refusal)
        result = Result(planned.record_id, planned.title, Outcome.DONE, error=refusal)
        if isinstance(after, ApiError):
            return _unread(replace(result, reading_error=after), was_sent_alone=was_sent_alone)
        result = replace(result, record=after)
        if self.is_as_wanted(planned, after):
            return replace(result, error=None)
        if after is None:
            return gone(planned)
        if refusal is not None:
            if not self.is_untouched(planned, after):
                reason = "The API's answer was lost, and the record was changed otherwise meanwhile."
                return replace(result, outcome=Outcome.UNKNOWN, reason=reason, was_changed_otherwise=True)
            reason = "The API's answer was lost, and the record is unchanged."
            return replace(result, outcome=Outcome.FAILED, reason=reason, may_be_sent_again=True)
        values = planned.change.values
        if values is None:
            # How the API marks an archived record that it still shows is not documented: any change is such a mark.
            outcome = Outcome.DONE if after != planned.record else Outcome.UNKNOWN
            reason = "The API took the change and still shows the record."
            return replace(result, outcome=outcome, reason=reason)
        left = self._differing(values, after)
        if was_sent_alone and (len(left) < len(values) or not self.is_untouched(planned, after)):
            # What the API makes of a value is its own: it said that it took it.
            labels = get_text_list([self.label_of(name) for name in left], "and")
            return replace(result, reason=f"The API took the change and has another value in {labels}.")
        if not self.is_untouched(planned, after):
            reason = "The API took the change; somebody else changed the record meanwhile."
            return replace(result, outcome=Outcome.FAILED, reason=reason, was_changed_otherwise=True)
        reason = "The API took the change, but the record is unchanged."
        return replace(result, outcome=Outcome.FAILED, reason=reason)

    def _differing(self, values: Mapping[str, Any], record: Record) -> Sequence[str]:
        """The names of what the record has otherwise; what the API never answers, as a password, cannot be told."""
        told = {
            name: value
            for name, value in values.items()
            if not is_never_told(name, field_at(self.fields, name))
        }
        return list(differing(told, self.fields, record))


def _unread(result: Result, *, was_sent_alone: bool) -> Result:
    if result.error is None and was_sent_alone:
        return replace(result, reason="The API took the change; the record could not be read back.")
    taken = "The API took the change" if result.error is None else "The API's answer was lost"
    reason = f"{taken}; the record could not be read back."
    return replace(result, outcome=Outcome.UNKNOWN, reason=reason, may_be_sent_again=True)
