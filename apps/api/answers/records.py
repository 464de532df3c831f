"""Parses successful answers into pages and records. A record may lack any field; the envelope around it may not."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Record = dict[str, Any]


class UnexpectedShape(ValueError):
    """The envelope around the records is not the agreed one; the text names types, never values."""


@dataclass(frozen=True)
class Answer:
    """A successful answer: decoded data (None for an empty body), headers in lower case, seconds it took."""

    status: int
    data: Any = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)
    request_id: str
    seconds: float


@dataclass(frozen=True)
class Created:
    """What was created: its id, the answer that told it, and the record where the answer has one."""

    record_id: str
    answer: Answer
    record: Record = field(default_factory=dict, repr=False)


#: Ten of the API's largest pages. A server that ignores the page's size sends everything at once.
MOST_RECORDS = 1_000


@dataclass(frozen=True)
class Page:
    """A numbered page of a list. Counts are None when the answer does not tell them."""

    records: list[Record]
    total_count: int | None
    total_page: int | None
    number: int
    size: int
    #: Rows left out because they are no objects.
    skipped: int = 0
    #: Rows left out because they were beyond the most that are read.
    truncated: int = 0


@dataclass(frozen=True)
class ReportPage:
    """A page of a report table, newest rows first; the cursors are for `page[after]` and `page[before]`."""

    records: list[Record]
    start_cursor: str
    end_cursor: str
    has_next: bool
    has_previous: bool
    skipped: int = 0
    #: Rows left out because they were beyond the most that are read.
    truncated: int = 0


def read_page(data: object, number: int, size: int) -> Page:
    """The page in `{"data": […], "meta": {"total_count": …, "total_page": …}}`. Raises `UnexpectedShape`.

    A null in place of the list is an empty page where the count says that nothing can be on it.
    """
    frame = _mapping(data, "the answer")
    meta = frame.get("meta")
    meta = meta if isinstance(meta, Mapping) else {}
    total_count = _count(meta.get("total_count"))
    is_past_the_end = total_count is not None and total_count <= (number - 1) * size
    records, skipped, truncated = _rows(frame.get("data", ()), is_null_empty=is_past_the_end)
    return Page(
        records,
        total_count,
        _count(meta.get("total_page")),
        number,
        size,
        skipped,
        truncated,
    )


def read_report(data: object) -> ReportPage:
    """The page in `{"data": {"data": […], "pageInfo": {…}}}`, whose outer `data` may be missing.

    Raises `UnexpectedShape` when there is no list of rows. A null in its place is an empty page where `pageInfo` says
    that no page follows, or that none comes before.
    """
    frame = _mapping(data, "the answer")
    if isinstance(frame.get("data"), Mapping):
        frame = frame["data"]
    information = frame.get("pageInfo")
    information = information if isinstance(information, Mapping) else {}
    is_at_an_end = information.get("hasNextPage") is False or information.get("hasPreviousPage") is False
    records, skipped, truncated = _rows(frame.get("data", ()), is_null_empty=is_at_an_end)
    return ReportPage(
        records,
        _cursor(information.get("startCursor")),
        _cursor(information.get("endCursor")),
        information.get("hasNextPage") is True,
        information.get("hasPreviousPage") is True,
        skipped,
        truncated,
    )


def truncation_sentence(truncated: int) -> str:
    """A sentence for the page that says that `truncated` records were not read."""
    return f"The API sent {truncated + MOST_RECORDS:,} records at once; the first {MOST_RECORDS:,} are read."


def read_record(data: object) -> Record:
    """The record itself, out of its `data` if it is wrapped. Raises `UnexpectedShape` when there is none."""
    frame = _mapping(data, "the answer")
    if "data" not in frame and "id" not in frame and ("error" in frame or "errors" in frame):
        raise UnexpectedShape("the answer is an error with the status of a success")
    inner = frame.get("data", frame)
    return dict(_mapping(inner, "data"))


def created_id(data: object) -> str | None:
    """The id of the created record: `created_item_id`, or `id`, perhaps in `data`; None when there is none."""
    for frame in (data, data.get("data") if isinstance(data, Mapping) else None):
        if isinstance(frame, Mapping):
            for name in ("created_item_id", "id"):
                value = frame.get(name)
                if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
                    return str(value)
    return None


def _mapping(data: object, place: str) -> Mapping[str, Any]:
    if not isinstance(data, Mapping):
        raise UnexpectedShape(f"{place} is {type(data).__name__}, not an object")
    return data


def _rows(data: object, *, is_null_empty: bool) -> tuple[list[Record], int, int]:
    """The records, how many entries were skipped because they are no objects, and how many were beyond the limit."""
    if data is None and is_null_empty:  # so Go writes a list without entries
        return [], 0, 0
    if data is None or data == ():
        raise UnexpectedShape("the answer has no data")
    if not isinstance(data, list):
        raise UnexpectedShape(f"data is {type(data).__name__}, not a list")
    read = data[:MOST_RECORDS]
    records = [row for row in read if isinstance(row, dict)]
    return records, len(read) - len(records), len(data) - len(read)


def _count(value: object) -> int | None:
    if isinstance(value, str) and value.isdecimal() and len(value) < 20:
        value = int(value)
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**15
    return value if is_count else None  # type: ignore[return-value]


def _cursor(value: object) -> str:
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
