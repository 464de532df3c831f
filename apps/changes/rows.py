"""Entries of the change log in words, for the list, a record's history, an entry's page and the file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.urls import NoReverseMatch, reverse

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.audit.models import Entry, Outcome
from apps.changes.putting_back import NoWayBack, visible_entries, way_back
from apps.connections.clients import connections_of
from apps.connections.models import Connection, Service
from apps.connections.open_services import services_open_to
from apps.resources import registry
from apps.resources.details.changed_fields import (
    LONGEST_VALUE,
    MOST_FIELDS,
    ChangedField,
    changed_fields,
    kind_words,
    value_words,
)
from apps.resources.models import OutsideChange
from apps.resources.resource import Resource
from apps.resources.writes.undo import recorded_changes
from apps.ui.values import age_text, label_of, shortened

#: What an outcome looks like.
TONES: Mapping[Outcome, str] = {
    Outcome.SENDING: "info",
    Outcome.DONE: "ok",
    Outcome.UNCHANGED: "neutral",
    Outcome.FAILED: "bad",
    Outcome.NOT_SENT: "warn",
    Outcome.UNKNOWN: "warn",
}
#: The job whose writes have a page of what they are one of many of, and that page.
RUN_JOB, RUN_ROUTE = "bulk", "bulk:run"

#: So many changes outside of this site a record's history names.
MOST_OUTSIDE = 20


@dataclass(frozen=True)
class LogRow:
    """One entry."""

    entry: Entry
    person: User
    #: What the service is called; "" for one that is gone.
    service: str = ""
    #: The person's connection to the service.
    connection: Connection | None = None

    @cached_property
    def resource(self) -> Resource | None:
        """The resource of the record; None where none of that name is registered."""
        return registry.by_name(self.entry.resource)

    @property
    def who(self) -> str:
        """Who made the write."""
        return self.entry.email or "nobody"

    @property
    def is_own(self) -> bool:
        """Whether the person who looks made it."""
        return self.entry.person_id == self.person.pk

    @property
    def what(self) -> str:
        """What was done to what kind of record: "Deactivate offer"."""
        kind = self.resource.label.lower() if self.resource else label_of(self.entry.resource).lower()
        if self.entry.resource == "exports":
            kind = "export"
        return f"{kind_words(self.entry.kind)} {kind}"

    @property
    def record_url(self) -> str:
        """The record's page; "" where it has none."""
        record_id = self.entry.known_record_id
        may_read = may(self.person, Capability.READ, self.entry.service_id)
        if not (record_id and may_read) or not isinstance(self.entry.path, dict):
            return ""
        try:
            if self.resource:
                return self.resource.url("detail", self.entry.path, record_id)
            if self.entry.resource == "exports":
                return reverse("exports:remote", args=[self.entry.service_id, record_id])
        except (NoReverseMatch, KeyError):
            pass
        return ""

    @property
    def history_query(self) -> str:
        """The query of everything that was written to the record; "" for one without an id."""
        record_id = self.entry.known_record_id
        if not record_id:
            return ""
        asked = {"service": str(self.entry.service_id), "resource": self.entry.resource, "record": record_id}
        path = self.entry.path if isinstance(self.entry.path, dict) else {}
        place = {
            name: path[name]
            for name in (self.resource.path_parameters if self.resource else ())
            if name in path
        }
        return urlencode(asked | place)

    @property
    def place(self) -> list[tuple[str, str]]:
        """Where the record lies: parameters of the API's path, and their values."""
        path = self.entry.path if isinstance(self.entry.path, dict) else {}
        return [(label_of(name.replace("ID", "_id")), str(value)) for name, value in path.items()]

    @cached_property
    def fields(self) -> list[ChangedField]:
        """All fields before and after."""
        return changed_fields(self.entry)

    @property
    def short_fields(self) -> list[ChangedField]:
        """The first fields, for a table; none of what was archived, which had them all."""
        return [] if self.is_without_values else self.fields[:MOST_FIELDS]

    @property
    def more_fields(self) -> int:
        """How many further fields there are."""
        return 0 if self.is_without_values else max(0, len(self.fields) - MOST_FIELDS)

    @property
    def is_without_values(self) -> bool:
        """Whether the record was not set to anything, but archived or deleted."""
        return not any("after" in change for change in recorded_changes(self.entry))

    @property
    def age(self) -> str:
        """How long ago it was."""
        return age_text(self.entry.at)

    @property
    def outcome(self) -> str:
        """What came of it."""
        return self.entry.outcome.label

    @property
    def tone(self) -> str:
        """What the outcome looks like."""
        return TONES[self.entry.outcome]

    @property
    def reason(self) -> str:
        """Why, in the API's words or ours; "" where there is nothing to say."""
        closing = self.entry.known_closing
        return closing.words if closing else ""

    @property
    def origin(self) -> str:
        """Through which page or job it was made: "Offers, edit"."""
        words = [label_of(part) for part in self.entry.origin_name.split(":") if part]
        return ", ".join([*words[:1], *(word.lower() for word in words[1:])]) or label_of(
            self.entry.origin_kind
        )

    @property
    def run_url(self) -> str:
        """The page of the run that the write belongs to; "" where there is none for the person."""
        is_of_run = self.entry.batch is not None and self.entry.origin_name == RUN_JOB
        may_see = may(self.person, Capability.ACT_IN_BULK, self.entry.service_id)
        return reverse(RUN_ROUTE, args=[self.entry.batch]) if is_of_run and may_see else ""

    @cached_property
    def may_come_back(self) -> bool:
        """Whether the person can put the values before it back."""
        if self.connection is None or not may(self.person, Capability.EDIT, self.entry.service_id):
            return False
        try:
            way_back(self.entry, self.connection)
        except NoWayBack:
            return False
        return True


def rows_of(entries: Iterable[Entry], person: User) -> list[LogRow]:
    """The entries in words; services and the person's connections are read at once."""
    entries = list(entries)
    names: dict[UUID, str] = dict(
        Service.objects.filter(pk__in={entry.service_id for entry in entries}).values_list("pk", "name")
    )
    mine = {connection.service_id: connection for connection in connections_of(person)}
    return [
        LogRow(entry, person, names.get(entry.service_id, ""), mine.get(entry.service_id))
        for entry in entries
    ]


@dataclass(frozen=True)
class OutsideRow:
    """What two readings of a record prove that somebody else did, outside of this site."""

    change: OutsideChange

    @property
    def label(self) -> str:
        """The field, in words."""
        resource = registry.by_name(self.change.resource)
        return resource.label_of(self.change.field) if resource else label_of(self.change.field)

    @property
    def before(self) -> str:
        """What this site knew last."""
        return self._words(self.change.before)

    @property
    def after(self) -> str:
        """What was read."""
        return self._words(self.change.after)

    def _words(self, value: object) -> str:
        words = value_words(registry.by_name(self.change.resource), self.change.field, value)
        return shortened(words, LONGEST_VALUE)


def outside_rows(person: User, values: Mapping[str, str], place: Mapping[str, str]) -> list[OutsideRow]:
    """The newest changes outside of this site of the record that a state's values name, as the person may see them."""
    services = (
        [values["service"]] if "service" in values else services_open_to(person).values_list("pk", flat=True)
    )
    found = OutsideChange.objects.filter(
        service_id__in=list(services),
        resource=values.get("resource", ""),
        record_id=values["record"],
    )
    changes = list(found.order_by("-seen_at")[:MOST_OUTSIDE])
    entries = visible_entries(person).filter(pk__in={change.entry_id for change in changes}).defer("body")
    seen = {entry.pk for entry in entries if not place or entry.path == place}
    return [OutsideRow(change) for change in changes if change.entry_id in seen]
