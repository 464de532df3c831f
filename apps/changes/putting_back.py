"""Puts the values before a write back, where the record still holds what the write set."""

from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.accounts.policy import Capability
from apps.api.client import PAGE
from apps.audit.descriptions import Kind, Origin
from apps.audit.models import Entry
from apps.connections.clients import connections_of, contract_for
from apps.connections.models import Connection
from apps.connections.organisations import visible_to
from apps.resources import registry
from apps.resources.details.changed_fields import value_words
from apps.resources.scope import Scope
from apps.resources.writes.bodies import field_at, is_same
from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.results import Result
from apps.resources.writes.undo import inverse_of, is_of_same_organisation
from apps.resources.writes.writer import Writer
from apps.ui.values import value_at

_NO_KEY = "It was written with a key of an organisation that no key of yours is known to be of."


class NoWayBack(Exception):
    """The values before cannot be put back; the text says why, for the person."""


def visible_entries(person: User) -> QuerySet[Entry]:
    """The entries that the person may see."""
    entries: QuerySet[Entry] = Entry.objects.filter(visible_to(person, "person", Capability.READ_LOG))
    return entries


def way_back(entry: Entry, connection: Connection, only: Collection[str] = ()) -> Change:
    """The change that puts the values before the entry back, or those of the fields `only`. Raises `NoWayBack`.

    `connection` is the person's to the entry's service. Nothing is read from the API for it.
    """
    resource = registry.by_name(entry.resource)
    if resource is None or not isinstance(entry.path, dict):
        raise NoWayBack("There is no page here for such a record any more.")
    if not is_of_same_organisation(entry, connection):
        raise NoWayBack(_NO_KEY)
    if any(name not in entry.path for name in resource.path_parameters):
        raise NoWayBack("Where the record lies is not known any more.")
    change = inverse_of(entry, contract_for(connection.service).for_tag(resource.tag), only)
    if change is None:
        raise NoWayBack(
            "Only values that were set within the last 30 days, are not secret, and that the API takes by its"
            " contract can be put back."
        )
    return change


@dataclass(frozen=True)
class Drift:
    """A field that somebody changed since."""

    label: str
    #: What the write had set.
    ours: str
    #: What the record has now.
    now: str


class PutBack:
    """The way back of one entry, for a person, through a page. Raises `NoWayBack`, and `KeyUnreadable`.

    back = PutBack(person, entry, Origin.page("changes:undo", path))
    planned = back.plan()
    drifts = back.drifts(planned)
    result = back.carry_out(planned)
    """

    def __init__(self, person: User, entry: Entry, origin: Origin, only: Collection[str] = ()) -> None:
        connection = connections_of(person).filter(service_id=entry.service_id).first()
        if connection is None:
            raise NoWayBack(_NO_KEY)
        self.change = way_back(entry, connection, only)
        resource = registry.named(entry.resource)
        path = {name: str(entry.path[name]) for name in resource.path_parameters}
        self.scope = Scope.through(
            connection, resource, path, profile=PAGE, seconds=settings.PAGE_DEADLINE_SECONDS
        )
        self._writer = Writer(self.scope, person, origin)

    def plan(self) -> PlannedChange:
        """The change back with its record, which is read now; a record that could not be read is in it."""
        [planned] = self._writer.plan([self.change])
        return planned

    def drifts(self, planned: PlannedChange) -> list[Drift]:
        """The fields of the record that do not hold any more what the write had set."""
        resource, fields = self.scope.resource, self.scope.operations["update"].body_fields
        return [
            Drift(
                resource.label_of(name),
                value_words(resource, name, ours),
                value_words(resource, name, value_at(planned.read, name)),
            )
            for name, ours in self.change.before.items()
            if not is_same(value_at(planned.read, name), ours, field_at(fields, name))
        ]

    def carry_out(self, planned: PlannedChange) -> Result:
        """Put the values back; `planned` has no drifts, and its warning was confirmed."""
        [result] = self._writer.apply([planned], kind=Kind.PUT_BACK)
        return result
