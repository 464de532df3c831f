"""What every chain is made of: its key, its two ends, and the base of its rows. Rows are never changed."""

import uuid
from datetime import UTC, datetime
from functools import cache
from typing import Any, NoReturn, TypeVar

from django.db import models
from django.utils import timezone

from apps.audit.fields import ExactJSONField, canonical
from apps.jobs.models import Job

#: The chain of what happens to the product itself, in the place of a service's id.
PRODUCT_CHAIN = uuid.UUID(int=0)

Row = TypeVar("Row", bound=models.Model)


def chain_name(service_id: uuid.UUID) -> str:
    """Which chain it is, for people who run the site."""
    return "The product itself" if service_id == PRODUCT_CHAIN else f"Service {service_id}"


class AppendOnly(Exception):
    """A row of the log was to be changed or deleted."""


class AppendOnlyQuerySet(models.QuerySet[Row]):
    """Rows that are read and added. Changing or deleting them raises `AppendOnly`."""

    def update(self, **_values: Any) -> NoReturn:
        """Raises `AppendOnly`."""
        raise AppendOnly(self.model._meta.label)

    def bulk_update(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Raises `AppendOnly`."""
        raise AppendOnly(self.model._meta.label)

    def delete(self) -> NoReturn:
        """Raises `AppendOnly`."""
        raise AppendOnly(self.model._meta.label)


class ChainKey(models.Model):
    """The key that digests are made with, itself encrypted under a key of `API_KEY_RING` (keys.py)."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    wrapped = models.BinaryField()
    ring_key_id = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"Key of {self.created_at:%Y-%m-%d %H:%M}"


class Chain(models.Model):
    """The head of a service's chain; its row is locked while links are appended."""

    service_id = models.UUIDField(primary_key=True)
    #: The number of the last link, 0 before the first.
    length = models.PositiveBigIntegerField(default=0)
    #: The digest of the last link.
    digest = models.CharField(max_length=64, blank=True, default="")
    #: What the next link's digest is made with.
    key = models.ForeignKey(ChainKey, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.service_id}: {self.length}"


class ChainStart(Job):
    """Where a service's chain begins, and the job that removes what was kept long enough from there. (retention.py)

    The seal proves number and digest: whoever can write to the database alone cannot remove the oldest links unseen.
    """

    id = None  # type: ignore[assignment]
    service_id = models.UUIDField(primary_key=True)
    #: The number and digest of the last link that was removed; 0 and "" while all are there.
    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, blank=True, default="")
    key = models.ForeignKey(ChainKey, on_delete=models.PROTECT, related_name="+", null=True)
    seal = models.CharField(max_length=64, blank=True, default="")

    def __str__(self) -> str:
        return f"{self.service_id} from {self.number + 1} on"


class Link(models.Model):
    """A row of a service's chain: its digest covers all its other columns, the digest before it among them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    service_id = models.UUIDField()
    #: Counts the links of the service, openings and closings together, from 1.
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField(default=timezone.now)
    key = models.ForeignKey(ChainKey, on_delete=models.PROTECT, related_name="+", db_index=False)
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def save(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Raises `AppendOnly`: links are added by `apps.audit.log` alone."""
        raise AppendOnly(f"{self._meta.label} {self.pk}")

    def delete(self, *_arguments: Any, **_options: Any) -> NoReturn:
        """Raises `AppendOnly`."""
        raise AppendOnly(f"{self._meta.label} {self.pk}")

    def content(self) -> str:
        """What the digest is made of: the row's columns as canonical JSON.

        A column that holds nothing is left out, so that one that is added later leaves older digests as they are.
        """
        values = {"": self._meta.label}
        for name, is_json in _covered(type(self)):
            value = getattr(self, name)
            if value is not None and value != "":
                values[name] = canonical(value) if is_json else _text(value)
        return canonical(values)


def _text(value: object) -> str:
    """A column's value as text, the same whichever database it was read from."""
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else str(value)


@cache
def _covered(model: type[Link]) -> tuple[tuple[str, bool], ...]:
    """The columns that the digest covers, and of each whether it is JSON."""
    fields = (field for field in model._meta.concrete_fields if field.name != "digest")
    return tuple((field.attname, isinstance(field, ExactJSONField)) for field in fields)
