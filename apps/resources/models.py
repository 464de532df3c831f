"""What the engine remembers: forms that create something, so that each does it once."""

import uuid

from django.conf import settings
from django.db import models

from apps.audit.fields import ExactJSONField


class Submission(models.Model):
    """One opened form for a new record. Its nonce is claimed before the API is called."""

    class State(models.TextChoices):
        """How far the submission came."""

        WORKING = "working", "Being created"
        DONE = "done", "Created"
        UNKNOWN = "unknown", "Outcome not known"

    nonce = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WORKING)
    #: The address of what was created.
    target = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.state} since {self.created_at:%Y-%m-%d %H:%M}"


class OutsideChange(models.Model):
    """A field that a record has otherwise than the newest write of ours left it: somebody changed it outside."""

    #: The entry of the change log whose value was proved by a reading after the write.
    entry_id = models.UUIDField()
    service_id = models.UUIDField()
    resource = models.CharField(max_length=100)
    record_id = models.CharField(max_length=200)
    field = models.TextField()
    before = ExactJSONField(default=None)
    after = ExactJSONField(default=None)
    #: When the value before was known last, and when the other one was read.
    known_at = models.DateTimeField()
    seen_at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [
            models.Index(fields=["service_id", "resource", "record_id"], name="outside_change_record"),
            models.Index(fields=["entry_id", "field"], name="outside_change_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.resource} {self.record_id} by {self.seen_at:%Y-%m-%d %H:%M}"
