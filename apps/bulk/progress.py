"""How far a run is: what became of its rows, how fast it goes, how long it will take."""

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

from django.db.models import F, Q
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.bulk.models import BulkRun
from apps.bulk.run.at_once import milliseconds_of
from apps.bulk.states import ENDED, IN_FLIGHT, OPEN_ROWS, UNSENT_ROWS, RowState, State
from apps.connections.clients import contract_for
from apps.connections.open_services import own
from apps.database.compiled_queries import CompiledQuery, Given
from apps.resources.writes.actions import LARGEST_SELECTION, bulk_operation

TONES = {
    RowState.DONE: "ok",
    RowState.PLANNED: "info",
    RowState.SENDING: "info",
    RowState.TRY_AGAIN: "warn",
    RowState.FAILED: "bad",
    RowState.CHANGED: "warn",
    RowState.UNKNOWN: "warn",
    RowState.NOT_SENT: "warn",
}
STATE_TONES = {
    State.RUNNING: "info",
    State.QUEUED: "info",
    State.COLLECTING: "info",
    State.SCHEDULED: "info",
    State.WAITING: "warn",
    State.PAUSED: "warn",
    State.FAILED: "bad",
    State.STOPPED: "warn",
    State.FINISHED: "ok",
}
#: So long the header of every page says that a run has ended.
NEWS = timedelta(days=1)
#: So many runs it names.
MOST_FOLLOWED = 5
#: What is looked at first.
ORDER = (
    RowState.FAILED,
    RowState.UNKNOWN,
    RowState.CHANGED,
    RowState.NOT_SENT,
    RowState.TRY_AGAIN,
    RowState.SENDING,
    RowState.PLANNED,
    RowState.DONE,
    RowState.UNCHANGED,
    RowState.LEFT,
    RowState.GONE,
    RowState.NEW,
)


@dataclass(frozen=True)
class Group:
    """The rows in one state."""

    state: RowState
    count: int

    @property
    def label(self) -> str:
        """The state in words."""
        return str(self.state.label)

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return TONES.get(self.state, "neutral")


class Progress:
    """One run and how far it is."""

    def __init__(self, run: BulkRun) -> None:
        self.run = run

    @cached_property
    def groups(self) -> list[Group]:
        """How many rows are in each state that has some; what needs a look first."""
        counts = self.run.counts()
        return [Group(state, counts[state]) for state in ORDER if counts.get(state)]

    def count(self, *states: RowState) -> int:
        """How many rows are in one of the states."""
        return sum(group.count for group in self.groups if group.state in states)

    @property
    def tone(self) -> str:
        """The tone of the run's state."""
        if self.run.state == State.FINISHED and self.count(
            RowState.FAILED, RowState.UNKNOWN, RowState.CHANGED
        ):
            return "warn"
        return STATE_TONES.get(State(self.run.state), "neutral")

    @property
    def total(self) -> int:
        """How many rows are sent, or were."""
        return sum(group.count for group in self.groups if group.state not in UNSENT_ROWS)

    @property
    def to_do(self) -> int:
        """How many of them are still to be carried out."""
        return self.count(*OPEN_ROWS)

    @property
    def done(self) -> int:
        """How many of them are over, whatever came of them."""
        return self.total - self.to_do

    @property
    def rate(self) -> float | None:
        """Rows a second since it began; None while that cannot be told."""
        started = self.run.started_at
        if started is None or not self.done:
            return None
        ended = self.run.finished_at or timezone.now()
        return self.done / max((ended - started).total_seconds(), 0.1)

    @property
    def time_left(self) -> timedelta | None:
        """How long the rest takes at that rate."""
        rate = self.rate
        return timedelta(seconds=round(self.to_do / rate)) if rate and self.to_do else None

    @cached_property
    def calls_needed(self) -> int:
        """How many calls of the API carrying out the plan takes, those that read back among them."""
        together = -(-self.to_do // LARGEST_SELECTION)
        if self._goes_together:
            # A plan that read no record reads them first.
            return (2 if self.run.calls else 3) * together
        return self.to_do + 2 * together

    @property
    def time_needed(self) -> timedelta | None:
        """How long those take, by what the calls took that planned it; None while none was made."""
        milliseconds = milliseconds_of(self.run, self.calls_needed)
        return timedelta(seconds=max(1, round(milliseconds / 1000))) if milliseconds else None

    @property
    def _goes_together(self) -> bool:
        """Whether what is to do is one change that the contract's bulk operation makes; its first row tells."""
        row = self.run.rows.filter(state__in=OPEN_ROWS).first()
        change = row.wanted if row else None
        if change is None or change.is_creation:
            return False
        operations = contract_for(self.run.service).for_tag(self.run.resource_declaration.tag)
        return bulk_operation(operations, change.values) is not None


def runs_to_follow(person: User) -> list[Progress]:
    """The person's runs that are under way, then those that ended within a day and were not looked at since."""
    # Every page asks, and mostly there are none.
    if not _unseen_runs.any(owner=person.pk):
        return []
    is_news = Q(state__in=ENDED, seen_at=None, finished_at__gt=timezone.now() - NEWS)
    runs = BulkRun.objects.filter(Q(state__in=IN_FLIGHT) | is_news, own(person, Capability.ACT_IN_BULK))
    runs = runs.order_by(F("finished_at").asc(nulls_first=True), "created_at")
    return [Progress(run) for run in runs[:MOST_FOLLOWED]]


_unseen_runs = CompiledQuery(
    lambda: BulkRun.objects.filter(
        Q(state__in=IN_FLIGHT) | Q(state__in=ENDED, seen_at=None), owner=Given("owner", User._meta.pk)
    )
)
