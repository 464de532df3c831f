"""Whether somebody looks at pages with a key right now: long work that uses the same key then leaves them room.

And whether there is such work: nothing is then asked for before somebody wants it.
"""

import time

from django.core.cache import cache

#: A page that was asked for so long ago is read by now.
ACTIVE_SECONDS = 3
#: Work that goes on says so again within this time.
LONG_WORK_SECONDS = 10
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


def note_long_work(identity: str) -> None:
    """Work with many calls is under way with the key of that name."""
    cache.set(f"long-work:{identity}", True, timeout=LONG_WORK_SECONDS)


def is_long_work_under_way(identity: str) -> bool:
    """Whether work with many calls used the key within the last seconds."""
    return bool(cache.get(f"long-work:{identity}"))


def is_active(identity: str) -> bool:
    """Whether a page used the key within the last seconds."""
    return bool(cache.get(f"page-activity:{identity}"))
