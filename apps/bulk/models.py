"""A bulk run: its plan, what became of each record, and what it undoes."""

import uuid
from collections.abc import Mapping
from datetime import timedelta
from functools import cached_property
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models, transaction
from django.db.models import Count, Q
from django.db.models.functions import Now
from django.urls import reverse

from apps.audit.models import RECORD_ID_LENGTH
from apps.bulk.imports.models import ImportFile
from apps.bulk.instructions import FROM_WHAT_WAS_SEEN, Instruction
from apps.bulk.states import BEFORE_RUN, ENDED, IN_FLIGHT, OPEN_ROWS, RowState, State
from apps.connections.models import Service
from apps.jobs.models import Job
from apps.resources import registry
from apps.resources.resource import Resource
from apps.resources.writes.change import Change

__all__ = ["BulkRow", "BulkRun", "ImportFile"]

#: How long a finished run can be undone and looked at.
KEPT_FOR = timedelta(days=30)
NOTE_LENGTH = 200


class BulkRun(Job):
    """Changes of many records of one list: collected, planned, carried out, verified. Its id is the log's `batch`."""

    #: One person's runs at one service take turns.
    lane_fields: ClassVar = ("owner_id", "service_id")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="bulk_runs")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The API's id of the organisation whose records these are; "" while not known.
    organisation = models.CharField(max_length=200, blank=True, default="")
    #: The list: the resource's registered name, the path's parameters, the query as it was left.
    resource = models.CharField(max_length=100)
    path = models.JSONField(default=dict)
    list_query = models.TextField(blank=True)
    #: What is done with each record, as `Instruction.as_json`; "" while a person still says it.
    instruction = models.TextField(blank=True)
    note = models.CharField(max_length=NOTE_LENGTH, blank=True)

    #: Whether all records that match `list_query` are meant, and which of them are not.
    is_matching = models.BooleanField(default=False)
    excluded = models.JSONField(default=list)
    #: So many the person saw when they selected them; None where they were not counted.
    expected = models.PositiveIntegerField(null=True)
    #: Where collecting stands (apps.bulk.plan.collecting.Progress).
    collecting = models.JSONField(default=dict)
    #: What is not certain about the selection, in words.
    uncertainty = models.TextField(blank=True)

    state = models.CharField(max_length=12, choices=State.choices, default=State.COLLECTING)
    state_since = models.DateTimeField(db_default=Now())
    #: Why it waits, paused or failed, in words.
    message = models.TextField(blank=True)
    #: "pause" or "stop": what the next step does before anything else.
    request = models.CharField(max_length=5, blank=True)
    #: Tries without progress, one after the other.
    failures = models.PositiveSmallIntegerField(default=0)
    #: The run that it waits for.
    waits_for = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    undo_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="undone_by")

    #: When a person wants it to be carried out, and in which zone they said so.
    run_at = models.DateTimeField(null=True, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    #: Whether it is carried out as soon as it is planned: a person confirmed it before.
    runs_when_planned = models.BooleanField(default=False)
    planned_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    #: When its owner was told what came of it, by its page or in a message.
    seen_at = models.DateTimeField(null=True)
    #: Calls of the API that planning and running made, and how long those took together, in milliseconds.
    calls = models.PositiveIntegerField(default=0)
    call_milliseconds = models.PositiveIntegerField(default=0)

    class Meta:
        ordering: ClassVar = ["-created_at"]
        indexes: ClassVar = [
            models.Index(fields=["owner", "-created_at"]),
            models.Index(fields=["service", "state"]),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        """The page of its plan, and of its result."""
        return reverse("bulk:run", args=[self.pk])

    def advance(self, state: str, after: Any, **changes: Any) -> None:
        """As of every job; notes the moment of a new state. A stop that was asked for meanwhile follows a pause."""
        if state != self.state:
            changes.setdefault("state_since", Now())
        with transaction.atomic():
            super().advance(state, after, **changes)
            if state == State.PAUSED:
                asked = type(self).objects.filter(pk=self.pk)
                asked.filter(request="pause").update(request="")
                # A person asked for it while the step was under way.
                asked.filter(request="stop").update(due_at=Now())

    @classmethod
    def as_claimed(cls) -> models.QuerySet[Self]:
        """With whose it is and where: each step asks whether they may still do this."""
        return super().as_claimed().select_related("owner", "service").defer("service__contract")

    @property
    def resource_declaration(self) -> Resource:
        """The resource's declaration. Raises `LookupError` where there is none of that name any more."""
        return registry.named(self.resource)

    @property
    def instructed(self) -> Instruction:
        """What is done with each record. Raises `ValueError` while that is not said."""
        return Instruction.from_json(self.instruction)

    @property
    def title(self) -> str:
        """What it does, in a few words: "Deactivate offers", "Edit offers: Payout", "Undo: Deactivate offers"."""
        resource = registry.by_name(self.resource)
        things = resource.label_plural.lower() if resource else self.resource
        if not self.instruction:
            return f"{self.verb} {things}"
        told = self.instructed
        if told.kind in FROM_WHAT_WAS_SEEN and told.name:
            return f"{self.verb}: {told.name}"
        details = told.details(resource)
        return f"{self.verb} {things}: {details}" if details else f"{self.verb} {things}"

    @property
    def verb(self) -> str:
        """The same without what it is done with: "Deactivate"."""
        return self.instructed.label(registry.by_name(self.resource)) if self.instruction else "Edit"

    @property
    def list_url(self) -> str:
        """The list that it is about, as it was left."""
        resource = registry.by_name(self.resource)
        if resource is None:
            return reverse("home")
        query = self.list_query if self.list_query.startswith("?") else ""
        return resource.url("list", self.path) + query

    @property
    def is_before_run(self) -> bool:
        """Whether nothing was sent yet and nothing is about to be."""
        return self.state in BEFORE_RUN

    @property
    def is_in_flight(self) -> bool:
        """Whether it is carried out, or about to be."""
        return self.state in IN_FLIGHT

    @property
    def has_ended(self) -> bool:
        """Whether it was carried out, as a whole or until it was stopped."""
        return self.state in ENDED

    def note_seen(self) -> None:
        """Its owner knows what came of it: the header of their pages says so no longer."""
        if self.seen_at is None:
            type(self).objects.filter(pk=self.pk, seen_at=None).update(seen_at=Now())

    @cached_property
    def row_count(self) -> int:
        """How many rows it has; for a run that is planned, which gets no more."""
        count: int = self.rows.count()
        return count

    def counts(self) -> Mapping[RowState, int]:
        """How many rows are in each state."""
        found = self.rows.values_list("state").annotate(count=Count("pk")).order_by()
        return {RowState(state): count for state, count in found}


class BulkRow(models.Model):
    """One record of a run: what is wanted, and what became of it."""

    id = models.BigAutoField(primary_key=True)
    run = models.ForeignKey(BulkRun, on_delete=models.CASCADE, related_name="rows")
    position = models.PositiveIntegerField()
    #: "" for a record that is created, until it is.
    record_id = models.CharField(max_length=RECORD_ID_LENGTH, blank=True)
    title = models.TextField(blank=True)
    #: `Change.as_json`; "" while the record was not read.
    change = models.TextField(blank=True)
    is_creation = models.BooleanField(default=False)
    #: What to know before: why it needs care, or what changed since it was selected.
    warning = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.NEW)
    #: Why it is in that state, where there is something to say.
    reason = models.TextField(blank=True)
    #: In which pass over the list it was seen last.
    seen_in_pass = models.PositiveSmallIntegerField(default=0)
    tries = models.PositiveSmallIntegerField(default=0)
    #: Whether it may have been sent without anybody knowing what came of it.
    may_be_sent = models.BooleanField(default=False)
    #: The line of the file that it was imported from; None for any other.
    line = models.PositiveIntegerField(null=True)

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["run", "position"], name="bulk_row_position"),
            models.UniqueConstraint(
                fields=["run", "record_id"], condition=~Q(record_id=""), name="bulk_row_record"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["run", "state", "position"]),
            models.Index(
                fields=["record_id"], name="bulk_row_open", condition=Q(state__in=sorted(OPEN_ROWS))
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.record_id} {self.state}"

    @property
    def wanted(self) -> Change | None:
        """What is wanted of the record; None while it was not read."""
        return Change.from_json(self.change) if self.change else None

    @property
    def entry_id(self) -> uuid.UUID:
        """The id that its entry in the change log has, or will have."""
        return uuid.uuid5(self.run_id, str(self.position))
