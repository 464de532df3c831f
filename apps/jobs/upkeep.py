"""Small work that the worker does every hour besides its jobs, for whatever app registers it.

It may be done by several workers at once and again after a failure, so doing it twice must change nothing.
"""

import logging
from collections.abc import Callable

logger = logging.getLogger(__name__)

_registered: list[Callable[[], object]] = []


def register(work: Callable[[], object]) -> None:
    """Have the worker call this function every hour."""
    if work not in _registered:
        _registered.append(work)


def do_all() -> None:
    """Call every registered function; one that fails keeps no other from its turn. Raises the last failure."""
    failure: Exception | None = None
    for work in _registered:
        try:
            work()
        except Exception as error:
            logger.warning("The hourly work %s failed: %s", work.__qualname__, type(error).__name__)
            failure = error
    if failure:
        raise failure
