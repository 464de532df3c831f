"""A writer, and what the change log says of its writes."""

import pytest

from apps.api.client import PAGE
from apps.audit.descriptions import Origin
from apps.audit.models import Entry
from apps.resources import registry
from apps.resources.scope import Scope
from apps.resources.writes.change import Change
from apps.resources.writes.writer import Writer

PATH = {"integrationID": "int-eu"}


@pytest.fixture
def writer(admin, admin_connection):
    """Writes offers of int-eu as the admin."""
    offers = registry.named("offers")
    scope = Scope.for_person(admin, offers, PATH, profile=PAGE, seconds=10)
    return Writer(scope, admin, Origin.page("offers:edit", "/somewhere/"))


@pytest.fixture
def change():
    """Makes a change of an offer of int-eu."""

    def made(record_id, values):
        return Change("offers", PATH, record_id, values)

    return made


@pytest.fixture
def logged():
    """A function that gives what the log says of each write, oldest first: kind, record, outcome, tries."""

    def entries():
        return [
            (
                entry.kind,
                entry.known_record_id,
                str(entry.outcome),
                entry.known_closing and entry.known_closing.tries,
            )
            for entry in Entry.objects.order_by("number")
        ]

    return entries
