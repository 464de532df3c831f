"""Who else is told that a run of a schedule has its file: apps above this one register a function.

It is called within the transaction that ends the run, so what it writes is there exactly when the run is done.
"""

from collections.abc import Callable
from uuid import UUID

from apps.schedules.models import Schedule

#: Gets the schedule, and the export (of `apps.exports`) that is ready.
Listener = Callable[[Schedule, UUID], None]
_listeners: list[Listener] = []


def when_ready(listener: Listener) -> None:
    """Have the function called for each run whose export has its file."""
    if listener not in _listeners:
        _listeners.append(listener)


def tell_ready(schedule: Schedule, export_id: UUID) -> None:
    """Call all of them."""
    for listener in _listeners:
        listener(schedule, export_id)
