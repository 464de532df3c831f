"""The base model of jobs (state, due time, lease, fence, lane), and the rows of running workers."""

import uuid
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now

from apps.jobs.steps import steps_of

#: A job that was started so often without getting further is not started again. A process may be killed for reasons
#: outside of the step it was at, and then again; a step that does it itself does so each time.
MAXIMUM_STARTS = 5
#: So long a queue message may be under way before the pump sends another.
MESSAGE_SECONDS = 10


class LeaseLost(Exception):
    """Another process has the job now: what this one knows is out of date and must not be written."""


@dataclass
class Turn:
    """A process's turn at a lane: it does what is due there, row after row, and nobody else does meanwhile."""

    #: To call right before something is sent; raises `LockWasLost` when somebody else may have a turn by now.
    check: Callable[[], None]
    #: What the steps of the turn share, as a list that was read once for all.
    memory: dict[str, Any] = field(default_factory=dict)


def is_due() -> Q:
    """Rows whose next step is due and that no process is working on, by the database's clock."""
    return Q(due_at__lte=Now()) & not_leased()


def not_leased() -> Q:
    """Rows that no process is working on, by the database's clock."""
    return Q(lease_until__isnull=True) | Q(lease_until__lt=Now())


def _moment_after(wait: timedelta) -> Any:
    """That long from now; none at all is now itself: SQLite takes a sum of the same millisecond for a later one."""
    return Now() + wait if wait else Now()


class Job(models.Model):
    """The base of every row that long work is. A subclass has its states; its step is registered or overridden.

    The clock is the database's, so machines need not agree on the time. Every write of a step is made under
    its fence: it changes nothing once another process has claimed the row.
    """

    #: Rows that agree in these fields are a lane: one process at a time works on it. By itself each row is one.
    lane_fields: ClassVar[tuple[str, ...]] = ("pk",)
    #: The turn within which the row's step is done; None outside of the worker.
    turn: Turn | None = None

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    #: When the next step is due; None when nothing more happens by itself.
    due_at = models.DateTimeField(null=True, blank=True, db_index=True, db_default=Now())
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    #: Grows with each claim.
    fence = models.PositiveBigIntegerField(default=0, editable=False)
    #: Claims since the job last got further.
    starts = models.PositiveSmallIntegerField(default=0, editable=False)
    #: Until then the pump takes a queue message for this row to be under way.
    message_until = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    class Meta:
        abstract = True

    def step(self) -> None:
        """Do the registered step (apps.jobs.steps). Raises `LookupError` when none is registered for the model.

        A model whose step needs no other module overrides it instead: the same rules hold there.
        """
        steps_of(type(self)).step(self)

    def gave_up(self, reason: str) -> None:
        """Do what is registered for a job that gets no further; `step` says what is raised and overridden."""
        steps_of(type(self)).gave_up(self, reason)

    def advance(self, state: str, after: timedelta | datetime | None, **changes: Any) -> None:
        """Write the next state and other fields, and give the lease back.

        `after` says when the next step is due: after a while, at a moment of the database's clock, or never.
        Raises `LeaseLost`, having written nothing, when another process has claimed the row meanwhile.
        """
        with transaction.atomic():
            self.write(
                state=state,
                due_at=_moment_after(after) if isinstance(after, timedelta) else after,
                lease_until=None,
                message_until=None,
                starts=0,
                **changes,
            )
            if self.turn is None and isinstance(after, timedelta) and after <= timedelta():
                # Within a turn the row is taken next, without a message.
                self.enqueue()

    def postpone(self, after: timedelta) -> None:
        """Leave the job as it is and make it due again later. Raises `LeaseLost`."""
        self.write(due_at=_moment_after(after), lease_until=None, message_until=None, starts=0)

    def write(self, **changes: Any) -> None:
        """Write fields under the fence and keep the lease. Raises `LeaseLost`."""
        if not type(self)._default_manager.filter(pk=self.pk, fence=self.fence).update(**changes):
            raise LeaseLost(f"{self._meta.label} {self.pk}")
        for name, value in changes.items():
            if not hasattr(value, "resolve_expression"):
                setattr(self, name, value)

    @property
    def lane(self) -> dict[str, Any]:
        """What the rows of this row's lane have in common."""
        return {name: getattr(self, name) for name in self.lane_fields}

    @property
    def lane_name(self) -> str:
        """The lane's name among those of all models."""
        return "-".join([self._meta.label_lower, *map(str, self.lane.values())])

    def keep(self, lease: timedelta, **changes: Any) -> None:
        """Write fields under the fence and hold the lease for so long from now on. Raises `LeaseLost`.

        For a step that a process of its own does: it says again and again that it is alive, so its lease can be short.
        """
        self.write(lease_until=Now() + lease, **changes)

    def is_still_mine(self) -> bool:
        """Whether nobody else has claimed the row since this process did."""
        return type(self)._default_manager.filter(pk=self.pk, fence=self.fence).exists()

    def enqueue(self, only: Q | None = None) -> bool:
        """Queue a message for this row if it is as `only` says; it joins the caller's transaction.

        None is sent where one for the same lane is under way: it takes this row along.
        """
        from django_q.tasks import async_task

        with transaction.atomic():
            manager = type(self)._default_manager
            if manager.filter(is_due(), message_until__gte=Now(), **self.lane).exclude(pk=self.pk).exists():
                return False
            rows = manager.filter(only or Q(), pk=self.pk)
            if not rows.update(message_until=Now() + timedelta(seconds=MESSAGE_SECONDS)):
                return False
            async_task("apps.jobs.runner.take_turn", self._meta.label, str(self.pk), save=False)
            return True

    @classmethod
    def as_claimed(cls) -> models.QuerySet[Self]:
        """The rows as a claim reads them; a model whose steps ask for what a row refers to reads that along."""
        return cls._default_manager.all()

    def claim(self) -> bool:
        """Take the row for one step, in one conditional UPDATE; False when it is not due or taken."""
        claimed = (
            type(self)
            ._default_manager.filter(is_due(), pk=self.pk, fence=self.fence)
            .update(
                fence=self.fence + 1,
                # Cut off, it comes after what was due meanwhile.
                due_at=Now(),
                starts=models.F("starts") + 1,
                lease_until=Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS),
                message_until=None,
            )
        )
        if claimed:
            expected = self.fence + 1
            with suppress(type(self).DoesNotExist):
                # Somebody may delete it at this moment.
                self.refresh_from_db(from_queryset=self.as_claimed())
                return self.fence == expected
        return False


class Worker(models.Model):
    """One running `manage.py worker`, and when its cluster last finished a task."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    host = models.CharField(max_length=255)
    process_id = models.PositiveIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    #: When the cluster last took a task, did it and acknowledged it.
    seen_at = models.DateTimeField(null=True, blank=True, db_index=True)
    restarts = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.host} {self.process_id}"
