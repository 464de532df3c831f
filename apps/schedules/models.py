"""A schedule requests the same export again and again; each time it does, or should have, is a run."""

import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.urls import reverse

from apps.connections.models import Service
from apps.exports.delimiters import delimiter_words
from apps.exports.spec import ExportSpec, names_in
from apps.jobs.models import Job
from apps.reports.range_presets import Range
from apps.reports.report_types import REPORT_TYPES, ReportType
from apps.schedules import words
from apps.schedules.covered_days import Covering, covering_words, range_covered
from apps.schedules.recurrence import Frequency, Recurrence
from apps.text.direction import isolated


class Schedule(Job):
    """What is exported, when, of which days, and who is told. `due_at` is its next run or look at an open one."""

    class State(models.TextChoices):
        """Whether it runs by itself."""

        ACTIVE = "active", "Active"
        PAUSED = "paused", "Paused"

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="schedules")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")

    report = models.CharField(max_length=40)
    integration_id = models.CharField(max_length=100)
    integration_label = models.CharField(max_length=100)
    columns = models.JSONField(default=list)
    extra_parameters = models.TextField(blank=True)
    delimiter = models.CharField(max_length=1)
    #: Addresses that get the mail "ready" besides the owner's.
    recipients = models.JSONField(default=list, blank=True)
    skip_if_empty = models.BooleanField(default=False)

    frequency = models.CharField(max_length=10, choices=Frequency.choices)
    #: For a weekly one: 0 is Monday.
    weekdays = models.JSONField(default=list, blank=True)
    #: For a monthly one: "1" to "31", or "last".
    month_day = models.CharField(max_length=4, blank=True)
    at = models.TimeField()
    #: Of the time it runs, the days it covers, and the times in the file.
    time_zone = models.CharField(max_length=64)
    covering = models.CharField(max_length=20, choices=Covering.choices)
    covering_days = models.PositiveSmallIntegerField(default=1)

    state = models.CharField(max_length=20, choices=State.choices, default=State.ACTIVE)
    #: Why it was paused, unless its owner did it.
    pause_reason = models.TextField(blank=True)
    next_run_at = models.DateTimeField(null=True, blank=True)
    #: Runs that failed one after the other.
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering: ClassVar = [F("next_run_at").asc(nulls_last=True), "created_at"]
        indexes: ClassVar = [models.Index(fields=["owner", "service"])]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """The page of this schedule."""
        return reverse("schedules:detail", args=[self.pk])

    @contextmanager
    def locked(self) -> Iterator["Schedule"]:
        """A transaction that holds the row, given as it is now. Raises `DoesNotExist` when it was deleted.

        Whatever changes runs or exports of a schedule takes the row first: deleting then sees all of them, and no two
        wait for each other.
        """
        with transaction.atomic():
            yield Schedule.objects.select_for_update().get(pk=self.pk)

    def change(self, **values: Any) -> None:
        """Write what a person decided, and wake the schedule.

        A step in another process that read the row before loses its lease: it writes nothing over this.
        """
        with transaction.atomic():
            rows = Schedule.objects.filter(pk=self.pk)
            rows.update(fence=F("fence") + 1, starts=0, lease_until=None, due_at=Now(), **values)
            self.enqueue()
        self.refresh_from_db()

    @property
    def is_active(self) -> bool:
        """Whether it runs by itself."""
        return self.state == self.State.ACTIVE

    @property
    def recurrence(self) -> Recurrence:
        """When it runs."""
        return Recurrence(self.frequency, tuple(self.weekdays), self.month_day, self.at, self.time_zone)

    @property
    def report_type(self) -> ReportType:
        """The kind of report."""
        return REPORT_TYPES[self.report]

    def wall_time(self, moment: datetime) -> datetime:
        """A moment on the wall clock of its zone, without a zone of its own."""
        return moment.astimezone(self.recurrence.zone).replace(tzinfo=None)

    def day_of(self, planned_at: datetime) -> date:
        """The day on the wall clock of its zone that a run is planned for."""
        return self.wall_time(planned_at).date()

    def range_of(self, planned_at: datetime) -> Range:
        """What a run covers, on the wall clock of its zone."""
        return range_covered(self.covering, self.covering_days, self.day_of(planned_at))

    def spec_at(self, planned_at: datetime) -> ExportSpec:
        """The export that a run requests."""
        start, end = self.range_of(planned_at)
        return ExportSpec(
            report=self.report,
            integration_id=self.integration_id,
            start=start.replace(tzinfo=self.recurrence.zone),
            end=end.replace(tzinfo=self.recurrence.zone),
            columns=tuple(self.columns),
            delimiter=self.delimiter,
            extra_parameters=tuple(names_in(self.extra_parameters)),
        )

    @property
    def title(self) -> str:
        """What it exports, in a few words: "Conversions of the previous day"."""
        return f"{self.report_type.label} {self.covering_words}"

    @property
    def covering_words(self) -> str:
        """The days it covers, within a sentence."""
        return covering_words(self.covering, self.covering_days)

    @property
    def when_words(self) -> str:
        """When it runs: "Every Monday and Thursday at 07:30 Europe/Berlin"."""
        return words.when(self.recurrence)

    @property
    def sentence(self) -> str:
        """All of what it does, in one sentence."""
        text = (
            f"{self.when_words}: {self.report_type.noun} {self.covering_words}, "
            f"{isolated(self.integration_label)}, to {words.people(len(self.recipients))}"
        )
        return f"{text}; left out when there are no rows." if self.skip_if_empty else f"{text}."

    @property
    def delimiter_words(self) -> str:
        """The delimiter's name."""
        return delimiter_words(self.delimiter)


class Run(models.Model):
    """One time a schedule requested its export, or had a reason not to."""

    class State(models.TextChoices):
        """What came of it."""

        PLANNED = "planned", "Starting"
        REQUESTED = "requested", "Requested"
        DONE = "done", "Ready"
        FAILED = "failed", "Failed"
        CANCELED = "canceled", "Canceled"
        EMPTY = "empty", "Skipped: no rows"
        MISSED = "missed", "Missed"

    schedule = models.ForeignKey(Schedule, on_delete=models.CASCADE, related_name="runs")
    #: The moment it was planned for: its day decides what it covers.
    planned_at = models.DateTimeField()
    #: Whether a person requested it between two planned runs.
    is_manual = models.BooleanField(default=False)
    #: Names it, and the export it requests, so that neither is ever made twice.
    nonce = models.UUIDField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.PLANNED)
    export_id = models.UUIDField(null=True, blank=True)
    #: What went wrong, or why it was left out: words for the person.
    message = models.TextField(blank=True)
    #: Times it could not be seen whether there are rows at all.
    tries = models.PositiveSmallIntegerField(default=0)
    requested_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-planned_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["schedule", "nonce"], name="one_run_a_form"),
            models.UniqueConstraint(
                fields=["schedule", "planned_at"],
                condition=Q(is_manual=False),
                name="one_run_a_planned_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.schedule_id} {self.planned_at}"

    @property
    def tone(self) -> str:
        """The tone of the state's badge."""
        return _TONES.get(Run.State(self.state), "neutral")

    @property
    def days(self) -> str:
        """The days it covers, in words."""
        return words.days(self.schedule.range_of(self.planned_at))


_TONES = {
    Run.State.PLANNED: "info",
    Run.State.REQUESTED: "info",
    Run.State.DONE: "ok",
    Run.State.FAILED: "bad",
    Run.State.MISSED: "warn",
}
OPEN_STATES: Sequence[str] = (Run.State.PLANNED, Run.State.REQUESTED)


def nonce_of(schedule: Schedule, planned_at: datetime) -> uuid.UUID:
    """The same for the same planned run, in whatever process it is made."""
    return uuid.uuid5(schedule.pk, planned_at.isoformat())
