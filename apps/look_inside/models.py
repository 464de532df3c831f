"""The job model of prepared tables: a finished export's file made into a table."""

import logging
from datetime import timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone

from apps.connections.models import Service
from apps.jobs.models import Job

logger = logging.getLogger(__name__)

#: A process that prepares a table and was silent for so long is taken to be dead.
LEASE = timedelta(seconds=20)


class State(models.TextChoices):
    """Where a table stands."""

    QUEUED = "queued", "Waiting to begin"
    PREPARING = "preparing", "Being prepared"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    TOO_LARGE = "too_large", "Too large"


class Phase(models.TextChoices):
    """What a preparing table is at."""

    FETCHING = "fetching", "Reading the file"
    CHECKING = "checking", "Checking its rows"
    STORING = "storing", "Making the table"


class PreparedTable(Job):
    """One file of the API as a table. Nobody's own: each page asks the API whether its reader may have the file.

    Rows of the file are never here, only in files (apps.look_inside.table_directories).
    """

    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The API's id of the organisation whose file it is: two may have exports of the same id. "" while not known.
    organisation = models.CharField(max_length=200, blank=True, default="")
    remote_id = models.CharField(max_length=200)
    artifact_name = models.CharField(max_length=500)
    #: The delimiter the API names for the file.
    announced_delimiter = models.CharField(max_length=8, blank=True)
    #: Whose key reads the file: whoever asked last.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    phase = models.CharField(max_length=12, choices=Phase.choices, blank=True)
    #: Why there is no table, or what is waited for: words for the person.
    message = models.TextField(blank=True)
    #: Attempts that ended with a fault that may pass.
    failures = models.PositiveSmallIntegerField(default=0)
    bytes_read = models.BigIntegerField(default=0)
    #: The size of the file; None while it is not known.
    bytes_total = models.BigIntegerField(null=True, blank=True)
    rows_read = models.BigIntegerField(default=0)
    #: The directory of the finished table within the row's own.
    directory_name = models.CharField(max_length=40, blank=True)
    stored_bytes = models.BigIntegerField(null=True, blank=True)
    opened_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["service", "organisation", "remote_id", "artifact_name"], name="one_table_a_file"
            )
        ]

    def __str__(self) -> str:
        return f"{self.remote_id} {self.artifact_name}"

    @property
    def is_ready(self) -> bool:
        """Whether it can be looked into."""
        return self.state == State.READY

    @property
    def is_busy(self) -> bool:
        """Whether it moves by itself."""
        return self.state in (State.QUEUED, State.PREPARING)

    @property
    def has_failed(self) -> bool:
        """Whether a person may have it tried again."""
        return self.state == State.FAILED

    @property
    def is_too_large(self) -> bool:
        """Whether the file is larger than may be looked into."""
        return self.state == State.TOO_LARGE

    @property
    def percent(self) -> int | None:
        """How much of the file was read, where its size is known."""
        if not self.bytes_total:
            return None
        return min(100, self.bytes_read * 100 // self.bytes_total)

    @property
    def progress_words(self) -> str:
        """What is done at this moment."""
        if self.state == State.QUEUED:
            return str(State.QUEUED.label)
        return str(Phase(self.phase).label) if self.phase else str(State.PREPARING.label)


class SavedAnalysis(models.Model):
    """Filters, groupings and figures under a name: one person's own, for every export of the same report."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    report = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    #: The address's query, without the page and without further exports.
    query = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["name", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "report", "name"], name="one_analysis_a_name")
        ]

    def __str__(self) -> str:
        return self.name


#: How often it is noted that somebody opened a table.
NOTED_AFTER = timedelta(minutes=10)
#: A table that nobody saw so long after it was made went to another disk than this one.
JUST_MADE = timedelta(minutes=2)
NOT_HERE = (
    "The worker has prepared the file, but this server does not see it: both need the same LOOK_INSIDE_DIRECTORY. "
    "Tell whoever runs this site."
)


def kept_for() -> timedelta:
    """How long a table is kept after it was opened."""
    return timedelta(hours=settings.LOOK_INSIDE_KEEP_HOURS)


def begin_again(table: PreparedTable, **changes: Any) -> bool:
    """Have the table made anew, if it is still as it was read; at once."""
    done = PreparedTable.objects.filter(pk=table.pk, fence=table.fence, state=table.state).update(
        state=State.QUEUED,
        due_at=Now(),
        lease_until=None,
        message_until=None,
        starts=0,
        failures=0,
        phase="",
        message="",
        bytes_read=0,
        rows_read=0,
        directory_name="",
        **changes,
    )
    return bool(done) and table.enqueue()


def note_opened(table: PreparedTable) -> None:
    """Keep the table for as long again as one is kept; written down now and then."""
    if table.opened_at < timezone.now() - NOTED_AFTER:
        PreparedTable.objects.filter(pk=table.pk).update(opened_at=Now())


def give_up_unseen(table: PreparedTable) -> bool:
    """Count a table as failed that was made a moment ago and is not here: made anew it would not be here either."""
    unseen = PreparedTable.objects.filter(pk=table.pk, fence=table.fence, state=State.READY)
    failed = unseen.filter(opened_at__gt=Now() - JUST_MADE).update(
        state=State.FAILED, due_at=Now() + kept_for(), message=NOT_HERE
    )
    if failed:
        logger.error("Table %s is not in LOOK_INSIDE_DIRECTORY, where the worker has put it", table.pk)
    return bool(failed)
