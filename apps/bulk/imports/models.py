"""The job model of an uploaded file: kept for a day, for its owner alone, so that the steps survive a reload."""

from datetime import timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse

from apps.connections.models import Service
from apps.jobs.models import Job
from apps.resources import registry
from apps.resources.resource import Resource

KEPT = timedelta(days=1)


class ImportFile(Job):
    """One uploaded file on its way into a bulk run; its only step removes it."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The registered name of the resource, and the address parameters of its list.
    resource_name = models.CharField(max_length=100)
    path = models.JSONField(default=dict)
    name = models.CharField(max_length=200)
    #: Its rows (apps.bulk.imports.stored_rows).
    content = models.BinaryField()
    #: How the file was read, in words.
    read_as = models.CharField(max_length=300)
    row_count = models.PositiveIntegerField()
    #: A few rows to look at, as texts.
    sample = models.JSONField(default=list)
    #: `apps.bulk.imports.columns.mapping.Column` of each column.
    columns = models.JSONField(default=list)
    #: What came of the check with these columns (`apps.bulk.imports.results.CheckResult`); None before it.
    result = models.JSONField(null=True)

    class Meta:
        ordering: ClassVar = ["-created_at"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page on which its columns are matched."""
        return reverse("imports:columns", args=[self.pk])

    @property
    def check_url(self) -> str:
        """The page that shows what came of the check."""
        return reverse("imports:check", args=[self.pk])

    @property
    def resource(self) -> Resource:
        """What the rows are. Raises `LookupError` where there is none of that name any more."""
        return registry.named(self.resource_name)

    @property
    def list_url(self) -> str:
        """The list that the rows are for."""
        return self.resource.url("list", self.path)

    @property
    def upload_url(self) -> str:
        """The page that takes another file for the same list."""
        return reverse(f"imports:{self.resource_name}", kwargs=self.path)

    def step(self) -> None:
        """Remove the file: it was kept for a day."""
        type(self).objects.filter(pk=self.pk, fence=self.fence).delete()

    def gave_up(self, reason: str) -> None:
        """Try again in a day: removing takes no more than a database that works."""
        type(self).objects.filter(pk=self.pk).update(due_at=Now() + KEPT, starts=0, lease_until=None)
