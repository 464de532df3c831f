"""One try of some changes by a job that may have tried them before, and what the log has of them since then."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from apps.audit.models import Entry
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.results import Result
from apps.resources.writes.sending import Write


@dataclass(frozen=True)
class Attempt:
    """One try of some changes: what the log calls them, and what of them stands there since an earlier one."""

    kind: str
    begun: Mapping[UUID, Write]
    #: Whether a result is not the last word: its entry stays open in the log.
    keeps_open: Callable[[Result], bool]
    looks_only: bool = False
    creates_at_once: int = 1

    def begun_write(self, item: PlannedChange) -> Write | None:
        """The write that stands in the log for the change already."""
        return self.begun.get(item.entry_id) if item.entry_id else None


def result_of_entry(item: PlannedChange, entry: Entry) -> Result:
    """What the log says came of a change that was closed before."""
    closing = entry.known_closing
    words = closing.words if closing else ""
    return Result(
        entry.known_record_id or item.record_id,
        item.title,
        entry.outcome,
        words,
        entry_id=entry.pk,
        record=item.read,
    )
