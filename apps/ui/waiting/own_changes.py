"""When a person last changed something, on a page or by a job: no page from before is shown to them as one of now."""

import time

from django.core.cache import cache

from apps.accounts.models import User

#: Nothing that a page knows is as old.
NOTED_SECONDS = 20 * 60


def note_change(person: User) -> None:
    """The person has changed something just now: what was read before may be otherwise."""
    cache.set(_key(person), time.time(), NOTED_SECONDS)


def has_changed_since(person: User, read_at: float) -> bool:
    """Whether the person has changed something after that (Unix time)."""
    return bool(cache.get(_key(person), 0.0) >= read_at)


def _key(person: User) -> str:
    return f"own-change:{person.pk}"
