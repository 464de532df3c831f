"""Whether somebody looks at pages with a key right now: long work that uses the same key then leaves them room."""

import time

from django.core.cache import cache

#: A page that was asked for so long ago is read by now.
ACTIVE_SECONDS = 3
#: In one process a key is noted again after this time.
NOTED_SECONDS = 1.0

_noted: dict[str, float] = {}


def note_page(identity: str) -> None:
    """A page is about to call the API with the key of that name (`Connection.key_name`)."""
    now = time.monotonic()
    if now - _noted.get(identity, -NOTED_SECONDS) < NOTED_SECONDS:
        return
    if len(_noted) > 1000:
        _noted.clear()
    _noted[identity] = now
    cache.set(f"page-activity:{identity}", True, timeout=ACTIVE_SECONDS)


def is_active(identity: str) -> bool:
    """Whether a page used the key within the last seconds."""
    return bool(cache.get(f"page-activity:{identity}"))
