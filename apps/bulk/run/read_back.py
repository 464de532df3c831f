"""The records as they were read back after a change, for the page that carries out a run and shows them."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from apps.resources.writes.results import Result
from apps.ui.columns import Record

_collected: ContextVar[dict[str, Record] | None] = ContextVar("read_back", default=None)


@contextmanager
def collected_records() -> Iterator[dict[str, Record]]:
    """The records that are read back within the block, by id."""
    records: dict[str, Record] = {}
    token = _collected.set(records)
    try:
        yield records
    finally:
        _collected.reset(token)


def note_records(results: Iterable[Result]) -> None:
    """What was read back; kept only where somebody collects it."""
    records = _collected.get()
    if records is not None:
        records.update({result.record_id: result.record for result in results if result.record is not None})
