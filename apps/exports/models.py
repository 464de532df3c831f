"""An export a person requested, and each attempt to have the API make it."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from apps.connections.models import Service
from apps.exports import states
from apps.exports.delimiters import delimiter_words
from apps.exports.limits import ASK_AGAIN
from apps.exports.remote.statuses import remote_state
from apps.exports.spec import ExportSpec
from apps.exports.states import State
from apps.exports.truncation import Truncation, truncation_of
from apps.jobs.models import Job
from apps.reports.file_filters import FileFilters, file_filters_of
from apps.reports.range_words import range_words
from apps.reports.report_types import REPORT_TYPES, ReportType
from apps.ui.values import MISSING


class ExportRequest(Job):
    """One export: what was requested, where it stands, and what came of it. Never a key, never a signed URL."""

    #: One person's exports of one service: requested one after the other, looked after together.
    lane_fields: ClassVar = ("owner_id", "service_id")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="exports")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The connection whose key was used last; a replaced key is another version of it.
    connection_id = models.UUIDField()
    connection_version = models.PositiveIntegerField(default=0)
    #: The key, as connection and version, that requested it or saw it last: what another one does not see may be there.
    known_to = models.CharField(max_length=60, blank=True)
    #: Names the form it came from, so that a form sent twice asks once.
    nonce = models.UUIDField(default=uuid.uuid4)
    #: That of its `spec`: equal for equal requests.
    fingerprint = models.CharField(max_length=64)

    # What was requested: `spec` puts it together.
    report = models.CharField(max_length=40)
    integration_id = models.CharField(max_length=100)
    integration_label = models.CharField(max_length=100)
    #: Wall clock times in `time_zone`, as the API takes them.
    start_time = models.CharField(max_length=19)
    end_time = models.CharField(max_length=19)
    time_zone = models.CharField(max_length=64)
    columns = models.JSONField(default=list)
    extra_parameters = models.TextField(blank=True)
    delimiter = models.CharField(max_length=1)

    #: The page it was requested from, as a path of this site; "" for the form *New export* itself.
    requested_from = models.CharField(max_length=2000, blank=True)
    #: Addresses that get the mail "ready" besides the owner's.
    recipients = models.JSONField(default=list, blank=True)
    #: The schedule that requested it; None when a person did.
    schedule_id = models.UUIDField(null=True, blank=True, db_index=True)
    #: The same for the parts of one range that was split.
    group = models.UUIDField(null=True, blank=True, db_index=True)

    state = models.CharField(max_length=20, choices=State.choices, default=State.QUEUED)
    state_since = models.DateTimeField(db_default=Now())
    cancel_requested_at = models.DateTimeField(null=True, blank=True)
    #: What went wrong, or what is waited for: words for the person.
    message = models.TextField(blank=True)
    #: What else the person should know, such as a second export at the vendor's.
    note = models.TextField(blank=True)
    polls = models.PositiveIntegerField(default=0)
    #: Calls that failed one after the other.
    failures = models.PositiveIntegerField(default=0)
    #: Looks into the API's list that found nothing, after the time in which an export shows up there.
    empty_looks = models.PositiveSmallIntegerField(default=0)

    #: Exports of the API that may be this one (apps.exports.worker.candidate_choice), for the person to choose from.
    candidates = models.JSONField(default=list, blank=True)
    #: The API's id of the organisation whose rows it is about (apps.connections.organisations); "" while not known.
    organisation = models.CharField(max_length=200, blank=True, default="")

    remote_id = models.CharField(max_length=200, blank=True)
    remote_status = models.CharField(max_length=64, blank=True)
    made_at = models.DateTimeField(null=True, blank=True)
    #: When the API was first seen to have finished it.
    finished_at = models.DateTimeField(null=True, blank=True)
    artifact_name = models.CharField(max_length=500, blank=True)
    rows = models.BigIntegerField(null=True, blank=True)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    duration_seconds = models.PositiveIntegerField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    kept_until = models.DateTimeField(null=True, blank=True)
    #: When a person deleted it at the API, file and all.
    removed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at"])]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "nonce"], name="one_export_a_form"),
            models.UniqueConstraint(
                fields=["service", "organisation", "remote_id"],
                condition=~Q(remote_id=""),
                name="one_row_a_remote_export",
            ),
            models.UniqueConstraint(
                fields=["owner", "service", "fingerprint"],
                condition=Q(state__in=states.IN_FLIGHT, cancel_requested_at__isnull=True),
                name="equal_exports_in_flight_are_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report_type.label} {range_words(self.start_time, self.end_time)}"

    def get_absolute_url(self) -> str:
        """The page of this export."""
        return reverse("exports:detail", args=[self.pk])

    def advance(self, state: str, after: timedelta | datetime | None, **changes: Any) -> None:
        """As of every job; notes the moment of a new state, and wakes what was canceled while the step ran."""
        if state != self.state:
            changes.setdefault("state_since", Now())
        with transaction.atomic():
            super().advance(state, after, **changes)
            if state in states.CANCELED_AT_ONCE and self.cancel_requested_at is None:
                # Written after this process read the row: nothing else would carry it out now, or ever.
                canceled = ExportRequest.objects.filter(pk=self.pk, fence=self.fence, state=state)
                canceled.filter(cancel_requested_at__isnull=False).update(due_at=Now())

    @property
    def report_type(self) -> ReportType:
        """The kind of report."""
        return REPORT_TYPES[self.report]

    @property
    def spec(self) -> ExportSpec:
        """What was requested."""
        return ExportSpec.from_json(
            {
                "report": self.report,
                "integration_id": self.integration_id,
                "start_time": self.start_time,
                "end_time": self.end_time,
                "time_zone": self.time_zone,
                "columns": self.columns,
                "extra_parameters": self.extra_parameters,
                "delimiter": self.delimiter,
            }
        )

    @property
    def tone(self) -> str:
        """The tone of the state's badge."""
        if self.removed_at:
            return "neutral"
        return "warn" if self.is_being_canceled else states.tone(self._shown_state)

    @property
    def state_words(self) -> str:
        """The state for people; a status of the API that we do not know is shown as it came."""
        if self.removed_at:
            return "Removed"
        if self.is_being_canceled:
            return "Canceling"
        if self.state == State.WAITING and self.remote_status:
            return remote_state(self.remote_status).words
        return State(self._shown_state).label

    @property
    def next_words(self) -> str:
        """What happens next, for people."""
        if self.removed_at:
            return "The export and its file were deleted at the API."
        if self.is_being_canceled:
            return "It is canceled as soon as it is known what the API made of it. No email is sent."
        return states.what_happens_next(self._shown_state)

    @property
    def advice(self) -> str:
        """What somebody who may export can do about it; "" where there is nothing to do."""
        if self.removed_at:
            return ASK_AGAIN
        return "" if self.is_being_canceled else states.advice(self._shown_state)

    @property
    def is_expired(self) -> bool:
        """Whether the vendor's time of keeping the file is over, be it written down yet or not."""
        is_over = self.kept_until is not None and self.kept_until <= timezone.now()
        return self.state == State.EXPIRED or (self.state in states.WITH_FILE and is_over)

    @property
    def _shown_state(self) -> str:
        return State.EXPIRED if self.is_expired else self.state

    @property
    def is_being_canceled(self) -> bool:
        """Whether the person canceled it and the worker has not done so yet."""
        return self.cancel_requested_at is not None and self.state in states.CANCELABLE

    @property
    def can_be_canceled(self) -> bool:
        """Whether there is something to cancel."""
        return self.state in states.CANCELABLE and self.removed_at is None

    @property
    def is_in_flight(self) -> bool:
        """Whether something still happens by itself."""
        return self.removed_at is None and (self.state in states.IN_FLIGHT or self.is_being_canceled)

    @property
    def slice(self) -> FileFilters | None:
        """The rows that the page it was requested from was filtered to; None where it was not."""
        return file_filters_of(self.requested_from, self.columns) if self.requested_from else None

    @property
    def is_undecided(self) -> bool:
        """Whether the person has to say which export of the API is this one."""
        waits = self.state == State.NEEDS_ATTENTION and self.cancel_requested_at is None
        return waits and bool(self.candidates) and self.removed_at is None

    @property
    def is_busy(self) -> bool:
        """Whether it moves within seconds."""
        return self.removed_at is None and self.state in states.LIVELY

    @property
    def has_file(self) -> bool:
        """Whether the file can be downloaded."""
        return self.removed_at is None and self.state in states.WITH_FILE and not self.is_expired

    @property
    def days_left(self) -> int | None:
        """Whole days until the vendor removes the file; 0 on the last one, None for what is not there."""
        return (self.kept_until - timezone.now()).days if self.kept_until and self.has_file else None

    @property
    def is_deferred(self) -> bool:
        """Whether it starts at a known later time."""
        return self.state in (State.DEFERRED, State.WAITING_RATE)

    @property
    def needs_key(self) -> bool:
        """Whether the person has to store a key before it goes on."""
        return self.state == State.BLOCKED_AUTH

    @property
    def rows_text(self) -> str:
        """The number of rows with separators, or a dash."""
        return MISSING if self.rows is None else f"{self.rows:,}"

    @property
    def truncation(self) -> Truncation | None:
        """That its file is probably not whole; None of any other."""
        return truncation_of(self.report_type, self.rows) if self.has_file else None

    @property
    def delimiter_words(self) -> str:
        """The delimiter's name."""
        return delimiter_words(self.delimiter)

    @property
    def progress(self) -> list[states.Progress]:
        """The steps of the way, and how far it came."""
        return states.progress(self.state, has_remote=bool(self.remote_id))

    @property
    def ready_key(self) -> str:
        """Names the event "the file is ready" in the outbox."""
        return f"export-ready:{self.pk}"


class ExportAttempt(models.Model):
    """One attempt to have the API make the export: written before it is sent, so that no crash can hide it.

    The daily limit counts these rows. A request that was certainly not sent, or was refused without effect, leaves
    none.
    """

    export = models.ForeignKey(ExportRequest, on_delete=models.CASCADE, related_name="attempts")
    number = models.PositiveSmallIntegerField()
    started_at = models.DateTimeField(db_default=Now())
    #: The API's newest exports right before asking: `ids` and the newest `created_at`.
    mark = models.JSONField(default=dict)
    #: Since when it is known that the answer is lost.
    unknown_since = models.DateTimeField(null=True, blank=True)
    #: The answer's id, written as soon as it was read.
    remote_id = models.CharField(max_length=200, blank=True)
    #: True once it is certain that nothing was made.
    is_absent = models.BooleanField(default=False)
    #: The API's words when it refused in a way that may still have had an effect.
    refusal = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["export", "number"], name="one_attempt_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.export_id} attempt {self.number}"
