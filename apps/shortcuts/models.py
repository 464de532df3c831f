"""The records that people starred, and those they opened last."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from apps.connections.models import Service


class Star(models.Model):
    """One record that a person starred."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The key it was seen with (`Connection.key_name`), and the organisation that key is of; "" where not known.
    key_name = models.CharField(max_length=100)
    organisation = models.CharField(max_length=200, blank=True)
    #: What the record is, in a word, and its name and address when it was last opened.
    kind = models.CharField(max_length=100)
    title = models.TextField()
    url = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["-created_at", "-pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "service", "url"], name="one_star_a_record")
        ]

    def __str__(self) -> str:
        return self.title


class RecentRecords(models.Model):
    """The records that a person opened last, newest first: one row a person, written only where it changes."""

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, primary_key=True, on_delete=models.CASCADE, related_name="+"
    )
    #: Each as `RecordLink` has it.
    records = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"records that {self.owner} opened"
