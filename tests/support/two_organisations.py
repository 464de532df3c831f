"""Two organisations with keys for one service: everything that is one admin's, and all who are not that admin."""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.db import models
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.policy import Capability, may_anywhere
from apps.accounts.roles import set_role
from apps.audit.models import Entry
from apps.bulk.imports.models import ImportFile
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.models import BulkRun
from apps.bulk.plan.starting import Selection, start_run
from apps.bulk.states import State
from apps.connections.models import Connection, Service
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.list_files.models import ListFile
from apps.notifications.models import Notification
from apps.resources import registry
from apps.saved_views.models import SavedView
from apps.schedules.models import Schedule
from apps.shares.models import Share
from tests.architecture.routes import METHODS, RULES, Route, routes, rule_of
from tests.exports.conftest import spec_of
from tests.resources.pages import Page
from tests.schedules.conftest import new_schedule
from tests.shares.conftest import make_link
from tests.support.bulk_runs import advance_until
from tests.support.passkeys import give_passkey
from tests.support.people import PASSWORD, connect, connect_unproved

ROUTES = {route.name: route for route in routes()}
#: What forms of the site send; an action that is tried with it must not reach another person's thing.
EVERYTHING_TYPED = {
    "action": "deactivate",
    "confirm": "1",
    "confirmed": "1",
    "id": "1002",
    "name": "Taken over",
    "advertiser_id": "101",
    "days": "7",
    "note": "",
    "key": "another-key-0000000000",
    "authentication": "api_key",
    "next": "/",
}
#: A page asked for as a fragment goes another way through some views.
FRAGMENT = {"HX-Request": "true", "HX-Target": "progress"}


def of_kind(kind: str) -> list[Route]:
    """The addresses with a rule of that kind."""
    return [route for name, route in ROUTES.items() if (rule := rule_of(name)) and rule.kind == kind]


def asked_every_way(client, address: str) -> Iterator[tuple[str, Any]]:
    """The answers to an address by every method, as a page and as a fragment."""
    for method in METHODS:
        if method == "POST":
            yield method, client.post(address, EVERYTHING_TYPED)
            yield "POST nothing", client.post(address)
        else:
            yield method, client.generic(method, address)
    yield "GET fragment", client.get(address, headers=FRAGMENT)


def may_ask(person: User, route: Route, method: str) -> bool:
    """Whether the policy lets the person come to the view; also for a method that the address does not answer."""
    access = route.access
    capability = access.capability_for(method) or access.get or access.post or Capability.ANYBODY
    return may_anywhere(person, capability)


# --- The things of the admin ---


@pytest.fixture
def things(admin, admin_client, admin_connection, service, sandbox) -> dict[str, models.Model]:
    """One of everything that belongs to a person, all of them the admin's."""
    remote = remote_export(sandbox)
    _, share = make_link(admin_client, reverse("shares:manage", args=[service.pk, remote["id"]]))
    export = request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]
    ExportRequest.objects.filter(pk=export.pk).update(remote_id=remote["id"])
    return {
        "connection": admin_connection,
        "export": ExportRequest.objects.get(pk=export.pk),
        "run": planned_run(admin, admin_connection),
        "schedule": new_schedule(admin, service),
        "share": share,
        "import_file": ImportFile.objects.create(
            owner=admin,
            service=service,
            resource_name="publishers",
            name="f.csv",
            content=b"name",
            row_count=1,
        ),
        "saved_view": SavedView.objects.create(
            owner=admin, service=service, list_name="publishers", name="The admin's own"
        ),
        "list_file": ListFile.objects.create(
            owner=admin, service=service, resource_name="publishers", format="csv", state="failed"
        ),
        "user_session": UserSession.objects.create(
            pk=987654322, user=admin, ip="203.0.113.7", session_key="a" * 32, user_agent="A browser"
        ),
        "passkey": give_passkey(admin, number=987654323)[1],
        "notification": Notification.objects.create(
            pk=987654321,
            key="one",
            recipient=admin,
            kind="export_ready",
            outcome="finished",
            title="Ready",
            url="/exports/",
        ),
    }


@pytest.fixture
def waiting(admin, admin_connection):
    """What the admin asked for and the API has not made yet."""
    return request_export(admin, admin_connection, spec_of(start_time="2026-11-01 05:00:00"), uuid.uuid4())[0]


@pytest.fixture
def entry(admin_client):
    """A change that the admin made."""
    address = "/integrations/int-eu/offers/1001/"
    fields = Page(admin_client.get(f"{address}edit/")).fields()
    admin_client.post(f"{address}edit/", {**fields, "name": "Changed by the admin"})
    return Entry.objects.get()


def planned_run(person: User, connection: Connection) -> BulkRun:
    """A plan of the person's: it would archive an offer."""
    offers = Selection(registry.named("offers"), {"integrationID": "int-eu"}, ["1001"])
    run = start_run(uuid.uuid4(), person, connection, offers, Instruction(Kind.ACTION, "archive"))
    return advance_until(run, State.PLANNED)


def remote_export(sandbox) -> dict[str, Any]:
    """A finished export of the admin's organisation."""
    records = sandbox.application.store.records(("org-main", "exports", ""))
    return next(record for record in records if record["_ending"] == "COMPLETED")


def stored() -> dict[str, list[dict[str, Any]]]:
    """Every row of the kinds of things, field by field."""
    kinds: tuple[Any, ...] = (Connection, ExportRequest, ImportFile, ListFile, Notification, Schedule, Share)
    rows = {kind.__name__: kind.objects.order_by("pk") for kind in kinds}
    # A plan that somebody makes for themselves is nothing of the admin's.
    rows["BulkRun"] = BulkRun.objects.filter(owner__email="admin@example.com").order_by("pk")
    return {name: [_plain(row) for row in found.values()] for name, found in rows.items()}


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}


def address_of(route: Route, things: Mapping[str, models.Model], service, sandbox) -> str:
    """The address of one of the admin's things."""
    rule = RULES[route.name]
    values = {
        **dict.fromkeys(("entry", "person", "invitation"), str(uuid.UUID(int=1))),
        "service": str(service.pk),
        "remote_export": remote_export(sandbox)["id"],
    }
    values |= {name: str(thing.pk) for name, thing in things.items()}
    values |= {"run_of_owner": values["run"], "list_name": "publishers"}
    arguments = [values[name] for name in rule.names]
    extra = {"format_name": "csv"}
    arguments += [extra[name] for name in route.parameters[len(arguments) :]]
    return reverse(route.name, args=arguments)


def plain_address(route: Route, service) -> str:
    """The address of a page that names nothing of one person's."""
    values = {"pk": str(service.pk), "report": "clicks", "panel": "exports"}
    return reverse(route.name, args=[values[name] for name in route.parameters])


# --- Everybody who is not the admin ---


def viewer(service, sandbox) -> User:
    """A viewer of the same organisation."""
    person = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(person, service, f"{sandbox.manager_key}.2")
    return person


def stranger(service, sandbox) -> User:
    """An admin here whose key is of another organisation."""
    person = User.objects.create_user("stranger@example.com", PASSWORD, role=Role.ADMIN)
    connect(person, service, sandbox.other_organisation_key)
    return person


def stranger_manager(service, sandbox) -> User:
    """An account manager here whose key is of another organisation."""
    person = User.objects.create_user("foreign-manager@example.com", PASSWORD, role=Role.MANAGER)
    connect(person, service, f"{sandbox.other_organisation_key}.2")
    return person


def stranger_viewer(service, sandbox) -> User:
    """A viewer here whose key is of another organisation."""
    person = User.objects.create_user("foreign-viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(person, service, f"{sandbox.other_organisation_key}.3")
    return person


def keyless() -> User:
    """An admin here who stored no key."""
    return User.objects.create_user("keyless@example.com", PASSWORD, role=Role.ADMIN)


def colleague(service, sandbox) -> User:
    """An account manager of the same organisation."""
    person = User.objects.create_user("colleague@example.com", PASSWORD, role=Role.MANAGER)
    connect(person, service, sandbox.manager_key)
    return person


def colleague_admin(service, sandbox) -> User:
    """Another admin of the same organisation."""
    person = User.objects.create_user("second-admin@example.com", PASSWORD, role=Role.ADMIN)
    connect(person, service, f"{sandbox.admin_key}.3")
    return person


def unproved(service, sandbox) -> User:
    """An admin here with a key of which nothing has shown whose it is."""
    person = User.objects.create_user("unproved@example.com", PASSWORD, role=Role.ADMIN)
    connect_unproved(person, service, sandbox.other_organisation_key)
    return person


def auditor(service, sandbox) -> User:
    """Somebody who was given the log of the admin's organisation to read."""
    return auditor_of(service, "org-main")


def foreign_auditor(service, sandbox) -> User:
    """Somebody who was given the log of the other organisation to read."""
    return auditor_of(service, "org-other")


def auditor_of(service: Service, organisation: str) -> User:
    """An auditor of that organisation."""
    person = User.objects.create_user(f"auditor-{organisation}@example.com", PASSWORD, role="")
    set_role(person, Role.AUDITOR, organisations=[(service.pk, organisation)])
    return person


def elsewhere(service, sandbox) -> User:
    """An admin of another service alone, whose key of the admin's organisation is still stored for this one."""
    person = User.objects.create_user("elsewhere@example.com", PASSWORD, role="")
    other = second_service(sandbox)
    set_role(person, Role.ADMIN, other.pk)
    connect(person, service, f"{sandbox.admin_key}.7")
    connect(person, other, f"{sandbox.other_organisation_key}.7")
    return person


def second_service(sandbox) -> Service:
    """Another service, which the other organisation has a key for too."""
    return Service.objects.create(name="Second service", base_url=sandbox.base_url)


PEOPLE: dict[str, Any] = {
    "viewer": viewer,
    "colleague": colleague,
    "colleague admin": colleague_admin,
    "stranger": stranger,
    "stranger manager": stranger_manager,
    "unproved": unproved,
    "keyless": lambda service, sandbox: keyless(),
    "auditor": auditor,
    "foreign auditor": foreign_auditor,
    "elsewhere": elsewhere,
}
#: Those to whom nothing of the admin's organisation may be told.
FOREIGN = ("stranger", "stranger manager", "unproved", "keyless", "foreign auditor", "elsewhere")
#: Those of them who have no key with which anything of this service could be read.
WITHOUT_KEY = ("keyless", "foreign auditor")
