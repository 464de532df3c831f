"""Rows of the worker about the log that are not part of a chain."""

from typing import Any

from django.db import models

from apps.audit.fields import ExactJSONField
from apps.jobs.models import Job


class EventCount(Job):
    """How often something happened again since it was written down; due when its window ends. Not of a chain.

    So strangers who try passwords cost the log two events for each account and network in a window.
    """

    id = None  # type: ignore[assignment]
    #: A digest of what is summed: the kind, whom it concerns and the network.
    key = models.CharField(primary_key=True, max_length=64)
    window_ends = models.DateTimeField()
    #: Those that no event tells of yet.
    count = models.PositiveIntegerField(default=0)
    #: The first that counts of them, and the event without its time, as JSON.
    first_at = models.DateTimeField(null=True)
    event = ExactJSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.count} more until {self.window_ends:%Y-%m-%d %H:%M:%S}"


class LogFeed(Job):
    """The one row of the continuous export. Its positions are saved after what they tell was handed on."""

    NAME = "log"

    id = None  # type: ignore[assignment]
    name = models.CharField(primary_key=True, max_length=10, default=NAME)
    #: Where to: a feed that is pointed elsewhere begins anew there.
    destination = models.TextField(blank=True)
    #: The number of the last link of each chain that was handed on, by the chain's id.
    positions = models.JSONField[dict[str, int]](default=dict)
    #: Of a file: which one it is, and its size when the positions were saved.
    file = models.JSONField[dict[str, Any]](default=dict)
    #: Why nothing is handed on at the moment.
    problem = models.CharField(max_length=300, blank=True)

    def __str__(self) -> str:
        return self.destination or "nowhere"
