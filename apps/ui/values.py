"""Reading values out of records and writing them for people: tolerant of anything the API sends."""

from collections.abc import Mapping
from datetime import MAXYEAR, MINYEAR, UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from apps.api.json_text import json_text
from apps.text.urls import url_parts

#: What stands where a record has no value.
MISSING = "—"
#: A longer text is not taken for an id: it is shown in part, and leads nowhere.
LONGEST_ID = 200
#: A longer name is shown in part in headings, lists and messages; the record's page has it whole.
LONGEST_TITLE = 1_000

# As strftime writes them, which takes five times as long.
_MONTHS = ("", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MAY_BE_EMPTY = (str, list, dict)
_NO_IDENTIFIER = (list, dict, bool)
_ACRONYMS = {"id": "ID", "url": "URL", "js": "JS", "api": "API", "ip": "IP", "sms": "SMS"}
_IRREGULAR = {"created_at": "Created", "updated_at": "Changed", "id": "ID"}


def label_of(field: str) -> str:
    """A field's name in words: `advertiser_id` → "Advertiser ID", `default_payout.payout` → "Payout"."""
    name = field.rsplit(".", 1)[-1]
    if name in _IRREGULAR:
        return _IRREGULAR[name]
    words = [_ACRONYMS.get(word, word) for word in name.split("_")]
    return " ".join([words[0][:1].upper() + words[0][1:], *words[1:]])


def value_at(record: Mapping[str, Any], field: str) -> Any:
    """The value at a dotted path, or None where any part of the path is missing or not an object."""
    value: Any = record
    for part in field.split("."):
        # Nearly always a dict, which is told at once; an abstract class takes longer.
        if not isinstance(value, (dict, Mapping)):
            return None
        value = value.get(part)
    return value


def is_missing(value: Any) -> bool:
    """Whether there is nothing to show: null, an empty text, list or object."""
    return not value and (value is None or isinstance(value, _MAY_BE_EMPTY))


def identifier(value: Any) -> str:
    """An id as a text; "" for what no record can have as its id: nothing, a list, an object, an endless text."""
    if is_missing(value) or isinstance(value, _NO_IDENTIFIER):
        return ""
    text = text_of(value)
    return text if len(text) <= LONGEST_ID else ""


def whole_number(text: str) -> str:
    """A number as an API writes it: digits of any script are digits, zeros before them say nothing ("007" is "7").

    A text that is no number comes back as it is.
    """
    if not text.isdecimal():
        return text
    return "".join(str(int(sign)) for sign in text).lstrip("0") or "0"


def text_of(value: Any) -> str:
    """Any JSON value as plain text: Yes/No, numbers as given, lists joined, objects as JSON."""
    if isinstance(value, str):
        return value
    if is_missing(value):
        return MISSING
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, list) and all(not isinstance(item, list | dict) for item in value):
        return ", ".join(text_of(item) for item in value)
    if isinstance(value, list | dict):
        return json_text(value)
    return str(value)


def moment_of(value: Any) -> datetime | None:
    """The time in an ISO 8601 text or in Unix seconds, aware; None for anything else.

    None too for the first and last year of the calendar ("0001-01-01" means "never"): no zone can show them.
    """
    if isinstance(value, bool) or is_missing(value):
        return None
    try:
        if isinstance(value, int | float | Decimal):
            return datetime.fromtimestamp(float(value), UTC)
        moment = datetime.fromisoformat(str(value))
    except (ValueError, OverflowError, OSError):
        return None
    if moment.year in (MINYEAR, MAXYEAR):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def time_text(moment: datetime) -> str:
    """A time in the person's zone: "21 Nov 2026, 14:05"."""
    return local_time_text(timezone.localtime(moment))


def local_time_text(local: datetime) -> str:
    """The same of a time that is in the person's zone already."""
    return f"{local.day} {_MONTHS[local.month]} {local.year}, {local.hour:02}:{local.minute:02}"


def age_text(moment: datetime) -> str:
    """How long ago a time was, as finely as one would say it: "just now", "5 min ago", "2 h ago", "3 days ago"."""
    seconds = (timezone.now() - moment).total_seconds()
    if seconds < 60:
        return "just now"
    if seconds < 3600:
        return f"{int(seconds // 60)} min ago"
    if seconds < 24 * 3600:
        return f"{int(seconds // 3600)} h ago"
    days = int(seconds // (24 * 3600))
    return "1 day ago" if days == 1 else f"{days} days ago"


def is_web_address(value: Any) -> bool:
    """Whether a text may become a link: http or https with a host, and nothing that hides another scheme."""
    if not isinstance(value, str) or not value.isprintable() or value != value.strip() or "\\" in value:
        return False
    parts = url_parts(value)
    return (
        parts is not None
        and parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and value.lower().startswith(parts.scheme + "://")
    )


def money_text(value: Any) -> str:
    """An amount as given, with at least two decimals and without a float's noise: 4.5 → "4.50"."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return text_of(value)
    amount = value if isinstance(value, Decimal) else Decimal(str(value))
    exponent = amount.as_tuple().exponent
    if not isinstance(exponent, int):
        return str(value)
    return f"{amount:,.2f}" if exponent > -2 else f"{amount:,f}"


def shortened(text: str, length: int) -> str:
    """The text, or its beginning with an ellipsis, of that length together."""
    return text if len(text) <= length else text[: length - 1] + "…"
