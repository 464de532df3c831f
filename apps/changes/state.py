"""The state of the page *Changes*, read from and written to its query string."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from uuid import UUID

from django.http import QueryDict

from apps.audit.models import Entry, Event, Outcome
from apps.resources import registry
from apps.resources.lists.time_filters import day_in, moment_in, start_of
from apps.text.typed import one_line, one_word
from apps.ui.links import query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE, read_page_size

#: The log may be asked for entries with these outcomes; nothing is written where there was nothing to do.
OUTCOMES = tuple(outcome for outcome in Outcome if outcome != Outcome.UNCHANGED)
#: Filters in the order of their chips, and what they are called.
FILTERS: Mapping[str, str] = {
    "q": "Contains",
    "service": "Service",
    "person": "Person",
    "resource": "Resource",
    "record": "Record",
    "field": "Field",
    "value": "Value",
    "outcome": "Outcome",
    "origin": "Page or job",
    "run": "Run",
    "from": "From",
    "to": "To",
}
#: What has no index is looked for in so much time, unless the address says from when.
SEARCHED_TIME = timedelta(days=30)
_SEARCHED = ("q", "field", "value", "outcome", "origin")
_LONGEST = 500


@dataclass(frozen=True)
class Cursor:
    """A place in the log, newest first: right at an entry."""

    at: datetime
    entry_id: UUID

    @classmethod
    def of(cls, entry: Entry | Event) -> "Cursor":
        """The place of an entry or an event."""
        return cls(entry.at, entry.pk)

    @classmethod
    def read(cls, text: str) -> "Cursor":
        """The place behind its text. Raises `ValueError`."""
        moment, _, entry_id = text.partition("_")
        at = datetime.fromisoformat(moment)
        if at.tzinfo is None:
            raise ValueError("no moment")
        try:
            return cls(at.astimezone(UTC), UUID(entry_id))
        except OverflowError as error:
            raise ValueError("before the first year or after the last") from error

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%dT%H:%M:%S.%fZ}_{self.entry_id.hex}"


@dataclass(frozen=True)
class LogState:
    """Filters and place; immutable, with a link for every change of it."""

    #: Filters in force, by their names in the address.
    values: Mapping[str, str] = field(default_factory=dict)
    #: Parameters of the place that the record lies in, where ids repeat below other records.
    place: Mapping[str, str] = field(default_factory=dict)
    #: The first moment that counts, and the first that does not any more.
    since: datetime | None = None
    until: datetime | None = None
    #: Older entries than this place, or newer ones.
    older: Cursor | None = None
    newer: Cursor | None = None
    page_size: int = DEFAULT_PAGE_SIZE
    #: What the query string asked for and does not get, in words.
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict, zone: tzinfo) -> "LogState":
        """Read a query string; days and times without a zone are on the clock of `zone`.

        What makes no sense is left out and named in `problems`.
        """
        problems: list[str] = []
        values = _read_values(query, problems)
        resource = registry.by_name(values.get("resource", ""))
        parameters = resource.path_parameters if resource and "record" in values else ()
        place = {name: text for name in parameters if (text := query.get(name, ""))}
        known = {*FILTERS, *parameters, "older", "newer", "page[size]"}
        problems += [
            f"“{name[:40]}” is not part of this page's address and was ignored."
            for name in query
            if name not in known
        ]
        since, until = read_times(values, zone, problems)
        return cls(
            values=values,
            place=place if len(place) == len(parameters) else {},
            since=since,
            until=until,
            older=read_cursor(query, "older", problems),
            newer=read_cursor(query, "newer", problems),
            page_size=read_page_size(query, problems),
            problems=tuple(problems),
        )

    @property
    def is_searched(self) -> bool:
        """Whether something is looked for that has no index."""
        return any(name in self.values for name in _SEARCHED) and not self.is_narrow

    @property
    def is_narrow(self) -> bool:
        """Whether a filter leaves so few entries that all of them can be read."""
        return "record" in self.values or "run" in self.values

    def parameters(self) -> list[tuple[str, str]]:
        """The canonical query parameters without the place in the log; what is at its default is left out."""
        found = [(name, self.values[name]) for name in FILTERS if name in self.values]
        found += self.place.items()
        if self.page_size != DEFAULT_PAGE_SIZE:
            found.append(("page[size]", str(self.page_size)))
        return found

    def query_string(self) -> str:
        """The canonical query string with its question mark."""
        moved = [(name, str(at)) for name, at in (("older", self.older), ("newer", self.newer)) if at]
        return query_string([*self.parameters(), *moved])

    def newest(self) -> "LogState":
        """The same from the newest entry on."""
        return replace(self, older=None, newer=None)

    def older_than(self, place: Cursor) -> "LogState":
        """The next page."""
        return replace(self, older=place, newer=None)

    def newer_than(self, place: Cursor) -> "LogState":
        """The page before."""
        return replace(self, older=None, newer=place)

    def with_size(self, size: int) -> "LogState":
        """Pages of another size, from the first."""
        return replace(self.newest(), page_size=size)

    def without(self, name: str) -> "LogState":
        """The same without a filter."""
        values = {key: value for key, value in self.values.items() if key != name}
        place = {} if name in ("resource", "record") else self.place
        return replace(self.newest(), values=values, place=place)


def _read_values(query: QueryDict, problems: list[str]) -> dict[str, str]:
    values = {}
    for name, label in FILTERS.items():
        text = (one_line if name in ("q", "value") else one_word)(query.get(name, ""))[:_LONGEST]
        if not text or "\0" in text:
            continue
        if name == "outcome" and text not in OUTCOMES:
            problems.append(f"{label} must be one of {', '.join(OUTCOMES)}; “{text[:40]}” was ignored.")
        elif name in ("run", "service") and not _is_uuid(text):
            problems.append(f"{label} must be an id of this site; “{text[:40]}” was ignored.")
        else:
            values[name] = text
    return values


def read_times(
    values: dict[str, str], zone: tzinfo, problems: list[str]
) -> tuple[datetime | None, datetime | None]:
    """The first moment, and the first one after the last; a text that names none is taken out of the values."""
    bounds: dict[str, datetime] = {}
    for name in ("from", "to"):
        text = values.get(name)
        if text is None:
            continue
        day, moment = day_in(text), moment_in(text, zone)
        if moment is None:
            del values[name]
            problems.append(
                f"{FILTERS[name]} must be a day or a time, as 2026-11-30T14:05; “{text[:40]}” was ignored."
            )
        elif name == "from":
            bounds[name] = start_of(day, zone) if day else moment
        else:
            # The day or minute that is named counts too.
            bounds[name] = start_of(day + timedelta(days=1), zone) if day else moment + timedelta(minutes=1)
    return bounds.get("from"), bounds.get("to")


def read_cursor(query: QueryDict, name: str, problems: list[str]) -> Cursor | None:
    """The place that the address names; one that there is not is left out and named in `problems`."""
    text = query.get(name, "")
    try:
        return Cursor.read(text) if text else None
    except ValueError:
        problems.append(f"There is no such place in the log as “{text[:40]}”; this is its newest part.")
        return None


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
