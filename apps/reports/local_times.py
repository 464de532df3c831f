"""Local times of a time zone, to the second: the API's format, parsing, and form fields."""

from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django import forms

from apps.text.typed import one_word

#: How the API writes times (reference: format 2006-01-02 15:04:05).
TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
INPUT_TIME_FORMAT = "%Y-%m-%dT%H:%M:%S"
#: The API keeps nothing older; beyond these years, as in Go's zero time, a zone or an hour cannot be applied to a time.
FIRST_YEAR, LAST_YEAR = 2000, 2100
_ACCEPTED_FORMATS = [INPUT_TIME_FORMAT, "%Y-%m-%dT%H:%M", TIME_FORMAT, "%Y-%m-%d %H:%M", "%Y-%m-%d"]

#: Other spellings of the zone whose clock is that of UTC.
_UTC = frozenset({"z", "utc", "gmt", "zulu", "etc/utc", "etc/gmt", "+00:00", "+0000", "utc+0"})


def zone_named(text: str) -> str | None:
    """The IANA zone that a text names, whatever its case and spaces; None when there is none."""
    return _zones().get(one_word(text).replace(" ", "_").lower())


def zone_of_text(text: str) -> str | None:
    """The IANA zone that a text of the API names, one name for all spellings of UTC; None when it names none."""
    return "UTC" if text.strip().lower() in _UTC else zone_named(text)


@cache
def _zones() -> dict[str, str]:
    return {name.lower(): name for name in available_timezones()}


def wall_clock(text: str) -> datetime | None:
    """The time that a text names, without a zone; None when it names none, or one of another age."""
    text = one_word(text)
    for accepted in _ACCEPTED_FORMATS:
        try:
            moment = datetime.strptime(text, accepted)
        except ValueError:
            continue
        return moment if FIRST_YEAR <= moment.year <= LAST_YEAR else None
    return None


def clock_words(text: str) -> str:
    """A time as pages write it, "20 Nov 2026, 14:05:12"; a text that names none stays as it is."""
    moment = wall_clock(text)
    if moment is None:
        return text
    day = f"{moment.day} {moment:%b %Y}"
    if ":" not in text:
        return day
    return f"{day}, {moment:%H:%M:%S}" if text.count(":") > 1 else f"{day}, {moment:%H:%M}"


def parse_time(text: str) -> datetime:
    """The wall clock time of a text in the API's own format. Raises `ValueError` when it is in another."""
    return datetime.strptime(text, TIME_FORMAT)


class WallClockField(forms.Field):
    """A time to the second, on the wall clock of the zone that another field names."""

    widget = forms.DateTimeInput(
        format=INPUT_TIME_FORMAT, attrs={"type": "datetime-local", "step": "1", "autocomplete": "off"}
    )

    def to_python(self, value: Any) -> datetime | None:
        """The time, without a zone. Raises `ValidationError`."""
        text = one_word(str(value or ""))
        if not text:
            return None
        time = wall_clock(text)
        if time is not None:
            return time
        raise forms.ValidationError("Write a date and time such as 2026-10-01 00:00:00.")


class TimeZoneField(forms.CharField):
    """A zone by its IANA name, whatever its case and spaces. The page has the names as its list `time-zones`."""

    widget = forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"})

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=64, **options)

    def clean(self, value: Any) -> str:
        """The zone as it is written. Raises `ValidationError`."""
        wanted = str(super().clean(value))
        zone = zone_named(wanted)
        if zone is None and wanted:
            raise forms.ValidationError(
                f"There is no time zone {wanted[:40]!r}. Write one such as Europe/Berlin."
            )
        return zone or ""
