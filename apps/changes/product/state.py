"""The state of the page *Product* of the change log, read from and written to its query string."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from django.db.models import Q
from django.http import QueryDict

from apps.accounts.product_events import GROUPS, EventGroup, EventKind
from apps.changes.state import Cursor, read_cursor, read_times
from apps.text.typed import one_word
from apps.ui.links import query_string

FILTERS: Mapping[str, str] = {
    "kind": "What",
    "person": "Person",
    "address": "IP address",
    "from": "From",
    "to": "To",
}
_LONGEST = 254


@dataclass(frozen=True)
class ProductState:
    """Filters and place."""

    values: Mapping[str, str] = field(default_factory=dict)
    since: datetime | None = None
    until: datetime | None = None
    older: Cursor | None = None
    #: What the query string asked for and does not get, in words.
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict, zone: tzinfo) -> "ProductState":
        """Read a query string; what makes no sense is left out and named in `problems`."""
        problems = [
            f"“{name[:40]}” is not part of this page's address and was ignored."
            for name in query
            if name not in FILTERS and name != "older"
        ]
        values = {}
        for name in FILTERS:
            text = one_word(query.get(name, ""))[:_LONGEST]
            if not text or "\0" in text:
                continue
            if name == "kind" and not _kinds_of(text):
                problems.append(f"There is no kind “{text[:40]}”; it was ignored.")
            else:
                values[name] = text
        since, until = read_times(values, zone, problems)
        return cls(values, since, until, read_cursor(query, "older", problems), tuple(problems))

    def query_string(self) -> str:
        """The canonical query string with its question mark."""
        found = [(name, self.values[name]) for name in FILTERS if name in self.values]
        return query_string([*found, *([("older", str(self.older))] if self.older else [])])

    def older_than(self, place: Cursor) -> "ProductState":
        """The next page."""
        return replace(self, older=place)

    def newest(self) -> "ProductState":
        """The first page."""
        return replace(self, older=None)

    def without(self, name: str) -> "ProductState":
        """The same without a filter."""
        return replace(
            self, values={key: text for key, text in self.values.items() if key != name}, older=None
        )

    def criteria(self) -> Q:
        """What the filters leave, the place apart."""
        wanted, values = Q(), self.values
        if "kind" in values:
            wanted &= Q(kind__in=[kind.value for kind in _kinds_of(values["kind"])])
        if "person" in values:
            email = values["person"]
            wanted &= Q(email__iexact=email) | Q(subject_email__iexact=email)
        if "address" in values:
            wanted &= Q(address__startswith=values["address"].lower())
        if self.since:
            wanted &= Q(at__gte=self.since)
        if self.until:
            wanted &= Q(at__lt=self.until)
        return wanted


def kind_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Groups of kinds, each with its kinds, for the form."""
    return [
        (
            str(group),
            [(group.name.lower(), f"All of “{group}”"), *((kind.value, str(kind.label)) for kind in kinds)],
        )
        for group, kinds in GROUPS.items()
    ]


def kind_words(name: str) -> str:
    """A kind or a group of kinds in words."""
    group = _group_of(name)
    if group:
        return str(group)
    return str(EventKind(name).label) if name in EventKind.values else name


def _kinds_of(name: str) -> tuple[EventKind, ...]:
    group = _group_of(name)
    if group:
        return GROUPS[group]
    return (EventKind(name),) if name in EventKind.values else ()


def _group_of(name: str) -> EventGroup | None:
    return EventGroup[name.upper()] if name.upper() in EventGroup.__members__ else None
