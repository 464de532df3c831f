"""What the engine remembers: forms that create something, so that each does it once."""

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
