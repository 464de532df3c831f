"""What people chose for lists: their columns, the view a list opens with, and views saved under a name."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from apps.connections.models import Service

LONGEST_NAME = 80
LONGEST_LIST_NAME = 100


class ListChoice(models.Model):
    """What one person chose for one list of a service; without an owner, the columns set for an organisation."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: Whose people the columns are for, where an admin set them for all of it; "" of one person's.
    organisation = models.CharField(max_length=200, blank=True)
    #: The registered name of the list (lists.py).
    list_name = models.CharField(max_length=LONGEST_LIST_NAME)
    #: The columns after the first, in their order; none where nothing was chosen.
    columns = models.JSONField(default=list)
    #: The key of the view that the bare list opens with; "" for all records.
    default_view = models.CharField(max_length=100, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "service", "list_name"], name="one_choice_a_list"),
            models.UniqueConstraint(
                fields=["service", "organisation", "list_name"],
                condition=Q(owner=None),
                name="one_default_a_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_name} of {self.owner or self.organisation}"


class SavedView(models.Model):
    """A list's filters, sort and columns under a name: its owner's, or also their organisation's."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    #: The organisation whose people may see it besides its owner; "" for nobody else.
    organisation = models.CharField(max_length=200, blank=True)
    list_name = models.CharField(max_length=LONGEST_LIST_NAME)
    name = models.CharField(max_length=LONGEST_NAME)
    #: The canonical query of the list, without its question mark, page, columns and place.
    query = models.TextField(blank=True)
    columns = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["name", "created_at"]
        indexes: ClassVar = [models.Index(fields=["service", "list_name"], name="saved_view_list")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner", "service", "list_name", "name"], name="one_saved_view_a_name"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_shared(self) -> bool:
        """Whether people of the organisation see it besides its owner."""
        return bool(self.organisation)
