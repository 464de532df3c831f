"""Reads a plan's records while a person looks at it, so that confirming compares them as they are now without a wait.

In the memory of this process, for seconds: where nothing was read, or by another process, carrying out reads by itself.
"""

import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from threading import Lock
from uuid import UUID

from apps.api.errors import ApiError
from apps.api.parallel import begin_together
from apps.bulk.models import BulkRun
from apps.resources.scope import Scope
from apps.resources.writes.reading import read_at_once
from apps.ui.columns import Record

#: So long what was read is as the records are right before something is sent.
FRESH_SECONDS = 5.0
MOST_RUNS = 32

_Begun = Future[dict[str, Record] | ApiError]
_begun: OrderedDict[UUID, tuple[float, _Begun]] = OrderedDict()
_lock = Lock()


def read_ahead(run: BulkRun, scope: Scope, ids: Sequence[str]) -> None:
    """Begin to read the records that the run is to change, by one call."""
    [reading] = begin_together(partial(read_at_once, scope.renewed(), ids))
    with _lock:
        _begun[run.pk] = (time.monotonic(), reading)
        while len(_begun) > MOST_RUNS:
            _begun.popitem(last=False)


def was_read(run: BulkRun) -> bool:
    """Whether the reading of the run's records is over already."""
    with _lock:
        _, reading = _begun.get(run.pk, (0.0, None))
    return reading is not None and reading.done()


def take_read(run: BulkRun) -> Mapping[str, Record]:
    """The records that were read a moment ago, once; a reading that is under way is waited for."""
    with _lock:
        begun_at, reading = _begun.pop(run.pk, (0.0, None))
    if reading is None or time.monotonic() - begun_at > FRESH_SECONDS:
        return {}
    read = reading.result()
    return {} if isinstance(read, ApiError) else read
