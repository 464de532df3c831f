"""Report pages: a time range of a stream, newest first, cut by cursors."""

from collections.abc import Callable, Iterable
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from apps.sandbox.contract.validation import Condition, Query
from apps.sandbox.errors import bad_field
from apps.sandbox.reports.row_stream import TIME_FORMAT, FilterFields, Stream

Json = dict[str, Any]


def time_range(query: Query) -> tuple[float, float, ZoneInfo]:
    """Start and end in seconds since 1970, and their time zone. Raises `Refused` 400."""
    timezone = _timezone(query.values.get("timezone") or "UTC")
    start = _moment(query, "start_time", timezone)
    end = _moment(query, "end_time", timezone)
    if end < start:
        raise bad_field("end_time", "must not be before start_time")
    return start, end, timezone


def _timezone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise bad_field("timezone", "is not an IANA time zone") from error


def _moment(query: Query, name: str, timezone: ZoneInfo) -> float:
    text = query.values[name]
    try:
        moment = datetime.strptime(text, TIME_FORMAT).replace(tzinfo=timezone)
        if moment.strftime(TIME_FORMAT) == text:
            return moment.timestamp()
    except (ValueError, OverflowError):
        pass
    raise bad_field(name, "must have the format 2006-01-02 15:04:05")


def report_page(stream: Stream, query: Query, now: float) -> Json:
    """One page: `data.data` and `data.pageInfo`; Raises `Refused` 400 for a bad time or cursor."""
    start, end, timezone = time_range(query)
    numbers = stream.numbers(start, end, now)
    keep = _keeper(stream, query.conditions)
    size = query.values["page[size]"]
    after, before = _cursor(stream, query, "page[after]"), _cursor(stream, query, "page[before]")
    if before is not None:
        newer = (n for n in numbers[max(0, before + 1 - numbers.start) :] if keep(n))
        found = list(islice(newer, size))[::-1]
    else:
        stop = len(numbers) if after is None else min(len(numbers), max(0, after - numbers.start))
        found = list(islice((n for n in reversed(numbers[:stop]) if keep(n)), size))
    return {
        "data": {
            "data": [stream.row(number, timezone) for number in found],
            "pageInfo": _page_info(stream, numbers, found, keep),
        }
    }


def _page_info(stream: Stream, numbers: range, found: list[int], keep: Callable[[int], bool]) -> Json:
    if not found:
        return {"startCursor": "", "endCursor": "", "hasPreviousPage": False, "hasNextPage": False}
    newest, oldest = found[0], found[-1]
    return {
        "startCursor": stream.cursor(newest),
        "endCursor": stream.cursor(oldest),
        "hasPreviousPage": _any(numbers[newest + 1 - numbers.start :], keep),
        "hasNextPage": _any(reversed(numbers[: oldest - numbers.start]), keep),
    }


def _any(numbers: Iterable[int], keep: Callable[[int], bool]) -> bool:
    return any(keep(number) for number in numbers)


def _cursor(stream: Stream, query: Query, name: str) -> int | None:
    text = query.values.get(name)
    if text is None:
        return None
    number = stream.number_of(text)
    if number is None:
        raise bad_field(name, "is not a cursor of this report")
    return number


def _keeper(stream: Stream, conditions: list[Condition]) -> Callable[[int], bool]:
    """Whether a row passes all filters; publishers and advertisers may be named by number or by name."""
    if not conditions:
        return lambda number: True
    tests = [_test(stream, condition) for condition in conditions]

    def keep(number: int) -> bool:
        facts = stream.facts(number)
        return all(test(facts) for test in tests)

    return keep


def _test(stream: Stream, condition: Condition) -> Callable[[FilterFields], bool]:
    wanted = set(condition.values)
    organisation = stream.organisation
    if condition.field == "status":
        return lambda facts: facts.status in wanted
    if condition.field == "offer_id":
        return lambda facts: str(facts.offer) in wanted
    if condition.field == "publisher":
        publishers = {n for n, name in organisation.publisher_names() if {str(n), name} & wanted}
        return lambda facts: facts.publisher in publishers
    advertisers = {n for n, name in organisation.advertiser_names() if {str(n), name} & wanted}
    return lambda facts: organisation.advertiser_of(facts.offer) in advertisers
