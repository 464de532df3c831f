"""The job model of a file made of a long list."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from apps.connections.models import Service
from apps.jobs.models import Job
from apps.resources import registry
from apps.resources.resource import Resource

#: How long a file is kept after it was made, and for how long its page then says that it was.
KEPT = timedelta(days=7)
REMEMBERED = timedelta(days=83)


class Format(models.TextChoices):
    """What kind of file it is."""

    CSV = "csv", "CSV"
    XLSX = "xlsx", "Excel"


class State(models.TextChoices):
    """Where a file stands."""

    READING = "reading", "Being read"
    READY = "ready", "Ready"
    FAILED = "failed", "Failed"
    REMOVED = "removed", "Removed"


class ListFile(Job):
    """One list, as somebody saw it, on its way into a file. Its rows are in files only (directories.py)."""

    #: One person's lists of one service are read one after the other.
    lane_fields: ClassVar = ("owner_id", "service_id")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The registered name of the resource, the address parameters of its list, and the list's state as its query.
    resource_name = models.CharField(max_length=100)
    path = models.JSONField(default=dict)
    query = models.TextField(blank=True)
    format = models.CharField(max_length=4, choices=Format.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.READING)
    #: Why there is no file, what is waited for, or what is to be known of it: words for the person.
    message = models.TextField(blank=True)
    #: Pages that are read, of how many; None where the API does not tell.
    pages_read = models.PositiveIntegerField(default=0)
    page_count = models.PositiveIntegerField(null=True, blank=True)
    #: Rows as the API counted them when reading began; None where it does not tell.
    rows_counted = models.PositiveIntegerField(null=True, blank=True)
    rows_read = models.PositiveIntegerField(default=0)
    #: So much of the collected rows counts: what a killed step wrote behind it does not.
    bytes_collected = models.BigIntegerField(default=0)
    #: Reads that failed in a row with a fault that may pass.
    failures = models.PositiveSmallIntegerField(default=0)
    size_bytes = models.BigIntegerField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.resource_name}.{self.format} {self.state}"

    def get_absolute_url(self) -> str:
        """The page that follows it."""
        return reverse("list_files:detail", args=[self.pk])

    @property
    def resource(self) -> Resource | None:
        """What the list is of; None for a resource that is no longer here."""
        return registry.by_name(self.resource_name)

    @property
    def label(self) -> str:
        """What the list is of, in words."""
        return self.resource.label_plural if self.resource else self.resource_name

    @property
    def list_url(self) -> str:
        """The list as it was seen; "" for one that is no longer here."""
        return self.resource.url("list", self.path) + self.query if self.resource else ""

    @property
    def is_busy(self) -> bool:
        """Whether it moves by itself."""
        return self.state == State.READING

    @property
    def is_ready(self) -> bool:
        """Whether the file can be downloaded."""
        return self.state == State.READY

    @property
    def has_failed(self) -> bool:
        """Whether a person may have it tried again."""
        return self.state == State.FAILED

    @property
    def is_removed(self) -> bool:
        """Whether the file was kept long enough."""
        return self.state == State.REMOVED

    @property
    def percent(self) -> int | None:
        """How much of the list was read, where its length is known."""
        return min(100, self.pages_read * 100 // self.page_count) if self.page_count else None
