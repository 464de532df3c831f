"""The one task that removes what was kept long enough. Each app says what of its own that is (`register`).

The worker does it every hour, `manage.py clean` at once. How long each thing is kept is a setting (docs/settings.md).
"""

import logging
from collections.abc import Callable

from django.db import DatabaseError

logger = logging.getLogger(__name__)

#: Removes what is old; how many rows.
Remove = Callable[[], int]

_registered: dict[str, Remove] = {}


def register(name: str, remove: Remove) -> None:
    """Have it done with all others; `name` says what is removed, as "mails"."""
    _registered[name] = remove


def clean() -> dict[str, int | None]:
    """Remove all that is old; how many of each, None where it could not be done now. Others are done all the same."""
    counts: dict[str, int | None] = {}
    for name, remove in _registered.items():
        try:
            counts[name] = remove()
        except DatabaseError:
            logger.exception("Cleaning: old %s could not be removed", name)
            counts[name] = None
    removed = {name: count for name, count in counts.items() if count}
    if removed:
        logger.info("Cleaning: removed %s", ", ".join(f"{count} {name}" for name, count in removed.items()))
    return counts


def names() -> list[str]:
    """What is removed."""
    return list(_registered)
