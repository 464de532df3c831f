"""What a person was told, read or unread, and of what they want no mail."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class Outcome(models.TextChoices):
    """What is told of a thing."""

    FINISHED = "finished", "Finished"
    ATTENTION = "attention", "Needs attention"
    FAILED = "failed", "Failed"

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return {"finished": "ok", "attention": "warn"}.get(self.value, "bad")


class Notification(models.Model):
    """One event that one person is told of. How many are unread also stands on the account (telling.py, reading.py)."""

    #: Names the event: one event, one notification; its mail has the same key.
    key = models.CharField(max_length=200, unique=True)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications"
    )
    kind = models.CharField(max_length=40)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    title = models.CharField(max_length=200)
    text = models.CharField(max_length=300, blank=True)
    #: The page of the thing, as a path of this site: whoever opens it has read what was told about it.
    url = models.CharField(max_length=300)
    at = models.DateTimeField(db_default=Now(), db_index=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [
            models.Index(fields=["recipient", "-id"], name="notifications_of_person"),
            models.Index(fields=["recipient", "url"], condition=Q(read_at=None), name="unread_notifications"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def tone(self) -> str:
        """The tone of the outcome's badge."""
        return Outcome(self.outcome).tone


class MailPreferences(models.Model):
    """The kinds of which a person wants no mail; somebody without a row gets all."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    #: Names of kinds (kinds.py).
    unwanted = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{len(self.unwanted)} unwanted"
