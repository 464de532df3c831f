"""The days, hours or months between those that have rows: a calendar leaves none out."""

from collections.abc import Iterable
from datetime import datetime, timedelta

#: A calendar with more of them is drawn as its groups are.
_MOST = 800
_FORMATS = {"hour": "%Y-%m-%d %H", "day": "%Y-%m-%d", "month": "%Y-%m"}


def with_gaps_filled(keys: Iterable[str], period: str) -> list[str]:
    """The keys with those between them, from the first to the last; as they are where one is no time, or it is far."""
    listed = list(keys)
    if period not in _FORMATS or len(listed) < 2 or listed != sorted(listed):
        return listed
    form = _FORMATS[period]
    try:
        moment, last = (datetime.strptime(key, form) for key in (listed[0], listed[-1]))
    except ValueError:
        return listed
    found: list[str] = []
    while moment <= last and len(found) <= _MOST:
        found.append(f"{moment:{form}}")
        moment = _after(moment, period)
    return found if len(found) <= _MOST and set(listed) <= set(found) else listed


def _after(moment: datetime, period: str) -> datetime:
    if period == "month":
        return (moment.replace(day=1) + timedelta(days=32)).replace(day=1)
    return moment + (timedelta(hours=1) if period == "hour" else timedelta(days=1))
