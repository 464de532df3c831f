"""Entries whose process ended before it closed them: the worker closes them as not known."""

from contextlib import suppress
from datetime import timedelta

from apps.audit.descriptions import Closing
from apps.audit.log import AlreadyClosed, close
from apps.audit.models import OpenEntry, Outcome

NOBODY_CLOSED_IT = (
    "It is not known what came of this: the process that sent it ended before it could write that down."
)


def step(open_entry: OpenEntry) -> None:
    """Close the entry, unless somebody does at this very moment."""
    with suppress(AlreadyClosed):
        close(open_entry.entry, Closing(Outcome.UNKNOWN, NOBODY_CLOSED_IT))


def gave_up(open_entry: OpenEntry, _reason: str) -> None:
    """Try again in an hour: closing takes no more than a database that works."""
    open_entry.postpone(timedelta(hours=1))
