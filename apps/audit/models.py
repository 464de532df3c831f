"""The change log: one entry for each write to the API, closed once, and one event for what happens to the product."""

import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone

from apps.audit.fields import ExactJSONField
from apps.audit.job_rows import EventCount, LogFeed
from apps.audit.links import AppendOnly, AppendOnlyQuerySet, Chain, ChainKey, ChainStart, Link
from apps.database.compiled_queries import CompiledQuery, Given
from apps.jobs.models import Job

__all__ = [
    "LINK_MODELS",
    "AppendOnly",
    "AppendOnlyQuerySet",
    "Chain",
    "ChainKey",
    "ChainStart",
    "Entry",
    "EntryClosing",
    "Event",
    "EventCount",
    "Link",
    "LogFeed",
    "OpenEntry",
    "Outcome",
    "ids_about",
]

#: Longer ids of records are cut: they stand in an index.
RECORD_ID_LENGTH = 200


class Outcome(models.TextChoices):
    """What came of a write."""

    SENDING = "sending", "Being sent"
    DONE = "done", "Done"
    #: It was so before, so nothing was sent, and the log has no entry of it.
    UNCHANGED = "unchanged", "Nothing to do"
    FAILED = "failed", "Failed"
    NOT_SENT = "not_sent", "Not sent"
    UNKNOWN = "unknown", "Not known"


class EntryQuerySet(AppendOnlyQuerySet["Entry"]):
    """Ways to look into the log."""

    def about(
        self,
        service_id: uuid.UUID,
        resource: str,
        record_id: str,
        path: Mapping[str, str] | None = None,
    ) -> Iterable["Entry"]:
        """What was written to one record, newest first and without bodies, its creation among it.

        `path` where ids repeat below other records.
        """
        # Read first and named one by one: beside a query in their place a planner may enter by another condition.
        ids = _ids_about_one.values(service=service_id, resource=resource, record=record_id)
        if not ids:
            # As of most records: nothing is asked, nor worked out how it would be.
            return ()
        found = self.filter(pk__in=ids, resource=resource)
        found = found if path is None else found.filter(path=path)
        return found.defer("body").order_by("-at").iterator(20)

    def ended(self, outcome: Outcome) -> "EntryQuerySet":
        """Entries that were closed with the outcome, or that are still open for `SENDING`."""
        if outcome == Outcome.SENDING:
            return self.filter(pk__in=OpenEntry.objects.values("pk"))
        return self.filter(closing__outcome=outcome)


def ids_about(
    services: Collection[uuid.UUID | str | Given],
    resources: Collection[str | Given],
    record_id: str | Given,
) -> models.QuerySet["Entry", uuid.UUID]:
    """The ids of the entries about records of that id, and of those that created one (of whatever resource)."""
    named = Entry.objects.filter(service_id__in=services, resource__in=resources, record_id=record_id)
    created = EntryClosing.objects.filter(service_id__in=services, record_id=record_id)  # type: ignore[misc]
    ids: models.QuerySet[Entry, uuid.UUID] = named.values_list("pk", flat=True).union(
        created.values_list("entry_id", flat=True)
    )
    return ids


_ids_about_one = CompiledQuery(
    lambda: ids_about(
        [Given("service", Link._meta.get_field("service_id"))],
        [Given("resource", Entry._meta.get_field("resource"))],
        Given("record", Entry._meta.get_field("record_id")),
    )
)


class EntryManager(models.Manager.from_queryset(EntryQuerySet)):  # type: ignore[misc]
    """Entries come with their closings."""

    def get_queryset(self) -> EntryQuerySet:
        """Entries and what closed them, by one query."""
        return EntryQuerySet(self.model, using=self._db).select_related("closing")


class Entry(Link):
    """One write, as it was known right before it was sent. `closing` says what came of it."""

    #: Who. The id and address stay when the account is gone; `person` is None for nobody, and not found for a gone one.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        db_index=False,
    )
    email = models.TextField(blank=True)
    #: Through what: a page or a job, its route or kind, the address, the job or bulk result that it is one of many of.
    origin_kind = models.CharField(max_length=20)
    origin_name = models.TextField(blank=True)
    origin_path = models.TextField(blank=True)
    batch = models.UUIDField(null=True)
    connection_id = models.UUIDField(null=True)
    #: The API's id of the organisation that the key was proved to be of; "" where nothing had proved it.
    organisation = models.CharField(max_length=200, blank=True, default="")
    #: `Connection.key_name`: names the key, and is none.
    connection_key = models.TextField(blank=True)
    #: The API's operation, the resource's name, and the parameters of the path.
    operation = models.TextField()
    resource = models.CharField(max_length=100)
    path = ExactJSONField(default=dict)
    #: Empty for a creation; its closing has the id.
    record_id = models.CharField(max_length=RECORD_ID_LENGTH, blank=True)
    title = models.TextField(blank=True)
    kind = models.CharField(max_length=40)
    #: A `FieldChange` for each field, and the body as it was sent; secrets are masked in both.
    changes = ExactJSONField(default=list)
    body = ExactJSONField(default=None)
    #: An entry that nobody closed until then counts as not known.
    deadline = models.DateTimeField()

    objects: ClassVar[EntryManager] = EntryManager()

    class Meta:
        base_manager_name = "objects"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["service_id", "number"], name="audit_entry_number")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["service_id", "resource", "record_id", "at"], name="audit_entry_record"),
            # The order of pages, then what they are narrowed by, so that rows of no interest are not read.
            models.Index(
                fields=["service_id", "organisation", "at", "id", "resource", "person"],
                name="audit_entry_seen",
            ),
            models.Index(fields=["person", "at", "id"], name="audit_entry_person"),
            models.Index(
                fields=["batch", "number"],
                name="audit_entry_batch",
                condition=models.Q(batch__isnull=False),
            ),
            models.Index(fields=["at"], name="audit_entry_at"),
        ]

    def __str__(self) -> str:
        name = " ".join(filter(None, [self.resource, self.record_id]))
        return f"{self.kind} {name} at {self.at:%Y-%m-%d %H:%M:%S} by {self.email or 'nobody'}"

    @property
    def known_closing(self) -> "EntryClosing | None":
        """What closed the entry, or None while it is open."""
        return getattr(self, "closing", None)

    @property
    def outcome(self) -> Outcome:
        """What came of it; an open entry is being sent until its deadline, and not known afterwards."""
        closing = self.known_closing
        if closing:
            return Outcome(closing.outcome)
        return Outcome.SENDING if timezone.now() < self.deadline else Outcome.UNKNOWN

    @property
    def known_record_id(self) -> str:
        """The record's id, of a creation too once it is known; else empty."""
        closing = self.known_closing
        return self.record_id or (closing.record_id if closing else "")


class EntryClosing(Link):
    """What came of a write; there is one for each entry that is closed."""

    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, related_name="closing")
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    #: What the API said, or why it was not asked.
    words = models.TextField(blank=True)
    api_status = models.PositiveSmallIntegerField(null=True)
    request_id = models.TextField(blank=True)
    #: How often it was sent.
    tries = models.PositiveSmallIntegerField(null=True)
    #: Of a creation: the id of what was made.
    record_id = models.CharField(max_length=RECORD_ID_LENGTH, blank=True)

    objects = AppendOnlyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["service_id", "number"], name="audit_closing_number")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["service_id", "record_id"], name="audit_closing_record"),
            models.Index(fields=["outcome", "at"], name="audit_closing_outcome"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} at {self.at:%Y-%m-%d %H:%M:%S}"


class OpenEntry(Job):
    """Stands beside an entry until it is closed; due at its deadline. Not part of the chain."""

    #: The overdue ones of a service are closed in one turn.
    lane_fields: ClassVar = ("service_id",)

    id = None  # type: ignore[assignment]
    entry = models.OneToOneField(
        Entry, primary_key=True, on_delete=models.DO_NOTHING, related_name="open_entry"
    )
    service_id = models.UUIDField()

    def __str__(self) -> str:
        return f"{self.entry_id} is open"


class Event(Link):
    """What happened to the product itself; all of them are one chain, `PRODUCT_CHAIN`.

    The address is that of `apps.accounts.client_address`, so no header that a stranger sends is in it.
    """

    #: An `EventKind`.
    kind = models.CharField(max_length=40)
    #: Who did it, None where nobody had shown who they are; ids and addresses stay when the account is gone.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        db_index=False,
    )
    email = models.TextField(blank=True)
    #: The person whom it concerns where that is somebody else: whose role changed, whose account was tried.
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.DO_NOTHING,
        db_constraint=False,
        null=True,
        related_name="+",
        db_index=False,
    )
    subject_email = models.TextField(blank=True)
    #: What it was done to, as `service` or `share`, its id here, and its name then.
    about = models.CharField(max_length=40, blank=True)
    about_id = models.CharField(max_length=RECORD_ID_LENGTH, blank=True)
    title = models.TextField(blank=True)
    #: Of what belongs to an organisation: the service, and the API's id of the organisation.
    about_service = models.UUIDField(null=True)
    organisation = models.CharField(max_length=200, blank=True, default="")
    #: The client's address, its browser as it calls itself, and the id of the web request; "" outside of one.
    address = models.CharField(max_length=45, blank=True)
    browser = models.TextField(blank=True)
    request_id = models.CharField(max_length=64, blank=True)
    #: More facts by their names. Secrets are masked.
    facts = ExactJSONField(default=dict)
    #: How many of the kind it stands for: those of one window are written down together.
    count = models.PositiveIntegerField(default=1)

    objects = AppendOnlyQuerySet["Event"].as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["service_id", "number"], name="audit_event_number")
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["at", "id"], name="audit_event_at"),
            models.Index(fields=["kind", "at"], name="audit_event_kind"),
            models.Index(fields=["person", "at"], name="audit_event_person"),
            models.Index(fields=["subject", "at"], name="audit_event_subject"),
            models.Index(fields=["about_service", "organisation", "at"], name="audit_event_seen"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M:%S} by {self.email or 'nobody'}"


#: The models whose rows chains are made of.
LINK_MODELS: tuple[type[Link], ...] = (Entry, EntryClosing, Event)
