"""What the engine remembers: forms that create something, so that each does it once, and results of bulk actions."""

import uuid

from django.conf import settings
from django.db import models


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


class BulkResult(models.Model):
    """One confirmed bulk action and what became of every selected record.

    Its id is the confirmation's nonce, and the batch of the entries it made in the change log.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    #: The registered name of the resource, the address parameters of its list, and the list as it was left.
    resource = models.CharField(max_length=100)
    path = models.JSONField(default=dict)
    list_query = models.TextField(blank=True)
    #: The name of the action.
    action = models.CharField(max_length=100)
    #: A stored `Result` (writes/results.py) for each selected record, in the order of the selection.
    rows = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    #: None while it runs, and for one that was cut short.
    finished_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.action} {len(self.rows)} {self.resource}"
