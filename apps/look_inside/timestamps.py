"""Dates and times as files write them: patterns, SQL expressions, parsing. Compared as "2026-11-02 10:00:00".

A column whose times all have the same offset, or none, is read as its wall clock shows. Where offsets differ, and for
Unix seconds, the wall clocks cannot be compared: those are read in UTC.
"""

import re
from datetime import UTC, datetime, timedelta, timezone

#: A day, or a day and a time of day, perhaps with a zone.
TIME_PATTERN = (
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
    r"(?:[ T](?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,9})?)?"
    r"(?: ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?))?)?"
)
#: The form of a column of times: "" without a zone, an offset as "+02:00", or one of these.
MIXED, SECONDS, MILLISECONDS = "mixed", "seconds", "milliseconds"
_UNITS = {10: SECONDS, 13: MILLISECONDS}
#: 2001 to 2286: as many digits as Unix times have that a report can hold.
_FIRST_DIGIT = "1"
_ZONE = r" ?(?:Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)$"
_TYPED = re.compile(
    r"([0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2}(?:[ T][0-9]{2}(?::[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?)?)?)?)?)"
    r" ?(Z|UTC|GMT|[+-][0-9]{2}(?::?[0-9]{2})?)?"
)
_WITH_MINUTES = len("2026-11-02 10:00")


def zone_sql(name: str) -> str:
    """The offset a value is written with, as "+02:00"; "" without one."""
    # A day has none, and its last two digits look like one.
    zone = rf"regexp_extract(substr({name}, 12), '{_ZONE}')"
    digits = f"replace(replace({zone}, ' ', ''), ':', '')"
    return (
        f"CASE WHEN {zone} = '' THEN '' WHEN right({zone}, 1) IN ('Z', 'C', 'T') THEN '+00:00'"
        f" ELSE substr({digits}, 1, 3) || ':' || rpad(substr({digits}, 4, 2), 2, '0') END"
    )


def moment_sql(name: str, form: str) -> str:
    """A value as "2026-11-02 10:00:00.5", in UTC where offsets differ, else as it is written, without its offset."""
    if form in _UNITS.values():
        factor = 1000 if form == SECONDS else 1
        return f"strftime(epoch_ms(TRY_CAST({name} AS BIGINT) * {factor}), '%Y-%m-%d %H:%M:%S.%g')"
    if not form:
        return f"replace({name}, 'T', ' ')"
    # A day alone ends like an offset.
    bare = rf"regexp_replace(substr({name}, 12), '{_ZONE}', '')"
    wall = f"CASE WHEN length({name}) <= 10 THEN {name} ELSE substr({name}, 1, 10) || ' ' || {bare} END"
    if form != MIXED:
        return wall
    zone = zone_sql(name)
    hours = f"coalesce(TRY_CAST(substr({zone}, 2, 2) AS INTEGER), 0)"
    minutes = f"coalesce(TRY_CAST(substr({zone}, 5, 2) AS INTEGER), 0)"
    sign = f"CASE WHEN starts_with({zone}, '-') THEN 1 ELSE -1 END"
    moment = f"TRY_CAST({wall} AS TIMESTAMP) + to_minutes({sign} * ({hours} * 60 + {minutes}))"
    return f"coalesce(strftime({moment}, '%Y-%m-%d %H:%M:%S.%f'), {wall})"


def unit_of(shortest: str, longest: str) -> str:
    """Whether whole numbers from this to that, as texts of one length, are Unix seconds or milliseconds; "" if not."""
    is_unix = len(shortest) == len(longest) and shortest[:1] == longest[:1] == _FIRST_DIGIT
    return _UNITS.get(len(shortest), "") if is_unix else ""


def typed_moment(text: str, form: str) -> str | None:
    """What a person types as the column's times are compared, as exact as it was typed; None when it is no time."""
    text = text.strip()
    if form in _UNITS.values() and text.isascii() and text.isdigit() and len(text) in _UNITS:
        seconds = int(text) / (1000 if len(text) == len("1790000000000") else 1)
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S")
    match = _TYPED.fullmatch(text)
    if match is None:
        return None
    wall, zone = match[1].replace("T", " "), match[2]
    if not zone:
        return wall
    if not form or len(wall) < _WITH_MINUTES:
        # The column names no zone, so no moment of it can be told; and a day is one only in some zone.
        return None
    try:
        moment = datetime.fromisoformat(wall).replace(tzinfo=_zone(zone))
        there = moment.astimezone(UTC if form in (MIXED, *_UNITS.values()) else _zone(form))
    except (ValueError, OverflowError):
        return None
    return there.strftime("%Y-%m-%d %H:%M:%S.%f")[: len(wall)]


def form_words(form: str) -> str:
    """How the times of a column are read, in words; "" where they are as they stand."""
    if form == MIXED:
        return "offsets differ or are missing, compared in UTC"
    if form in _UNITS.values():
        return f"Unix {form}, in UTC"
    return "in UTC" if form == "+00:00" else f"with offset {form}" if form else ""


def _zone(text: str) -> timezone:
    if text in ("Z", "UTC", "GMT"):
        return UTC
    digits = text[1:].replace(":", "").ljust(4, "0")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
