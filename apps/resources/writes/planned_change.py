"""A change with what was read of its record: what is to be sent, and what a person is to know before."""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from apps.api.errors import ApiError
from apps.resources.writes.change import Change
from apps.resources.writes.reading import Reading
from apps.ui.columns import Record


@dataclass(frozen=True)
class PlannedChange:
    """One change that may be carried out."""

    change: Change
    #: What its record is called.
    title: str
    #: The record as it was read; None for a new one, and for one that is gone.
    record: Reading = None
    #: Whether the record is as wanted already, so that nothing is sent.
    is_so: bool = False
    #: What a person confirms before it is carried out, in a sentence; "" for nothing.
    warning: str = ""
    #: The id that its entry in the change log has or gets, where a job wrote that down before; None for any new one.
    entry_id: uuid.UUID | None = None
    #: Whether that entry may be in the log by now, because the job began this before.
    was_begun: bool = False
    #: Whether it may have been sent then, without anybody knowing what came of it.
    may_be_sent: bool = False
    #: Whether the record has no more than the fields that are set, as a job keeps it; what the contract requires
    #: besides is read again before it is sent.
    is_record_partial: bool = False

    @property
    def record_id(self) -> str:
        """The record's id; "" for a new one."""
        return self.change.record_id or ""

    @property
    def is_gone(self) -> bool:
        """Whether there is no such record any more."""
        return self.record is None and not self.change.is_creation

    @property
    def is_needed(self) -> bool:
        """Whether something is to be sent."""
        return not self.is_so and not self.is_gone

    @property
    def read(self) -> Record:
        """The record where it could be read, else nothing."""
        return self.record if isinstance(self.record, Mapping) else {}

    @property
    def reading_error(self) -> ApiError | None:
        """Why the record could not be read."""
        return self.record if isinstance(self.record, ApiError) else None
