"""What belongs to one person opens to nobody else: every address by every method, as a stranger and as a colleague.

A new address fails here until routes.py says what it is.
"""

import uuid
from typing import Any

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from apps.bulk.run.decisions import confirm
from apps.bulk.states import RowState, State
from apps.connections.clients import client_for
from apps.connections.models import Connection, Integration
from apps.exports.models import ExportRequest
from apps.exports.quota import quota_of
from apps.exports.request.creation import request_export
from apps.look_inside.models import PreparedTable
from apps.resources import registry
from apps.shares.models import Share
from tests.architecture.routes import RULES, is_of_resource, rule_of
from tests.exports.conftest import spec_of
from tests.resources.every.places import known_ids
from tests.support.bulk_runs import advance_until
from tests.support.people import connect, signed_in
from tests.support.two_organisations import (
    FOREIGN,
    PEOPLE,
    ROUTES,
    WITHOUT_KEY,
    address_of,
    asked_every_way,
    colleague,
    colleague_admin,
    keyless,
    may_ask,
    of_kind,
    plain_address,
    remote_export,
    stored,
    stranger,
)


def test_every_address_has_a_rule():
    names = {name for name in ROUTES if rule_of(name) is None}
    assert names == set(), "say in tests/architecture/routes.py what these addresses are"


def test_every_rule_has_an_address():
    assert {name for name in RULES if name not in ROUTES} == set()


def test_whoever_is_not_signed_in_is_sent_to_sign_in(client, things, service, sandbox):
    before, asked = stored(), len(sandbox.journal())
    for kind in ("person", "own", "organisation", "api", "site"):
        for route in of_kind(kind):
            if is_of_resource(route.name):
                continue
            is_plain = kind == "person"
            address = (
                plain_address(route, service) if is_plain else address_of(route, things, service, sandbox)
            )
            for way, answer in asked_every_way(client, address):
                if way.startswith("POST"):
                    # The sign-in page itself: what was typed is in it.
                    assert answer.status_code == 401, (route.name, way)
                    assert 'action="/account/login/"' in answer.content.decode(), (route.name, way)
                    continue
                target = answer.get("Location") or answer.get("HX-Redirect") or ""
                assert target.startswith("/account/login/"), (route.name, way, answer.status_code)
    assert stored() == before
    assert len(sandbox.journal()) == asked


@pytest.mark.parametrize("who", PEOPLE)
def test_another_persons_thing_is_not_there(things, service, sandbox, who):
    person = PEOPLE[who](service, sandbox)
    client = signed_in(person)
    before, asked = stored(), len(sandbox.journal())
    for route in of_kind("own"):
        if who == "colleague admin" and RULES[route.name].names in (("share",), ("run",)):
            # An admin may look at, and end, the links and the bulk runs of their own organisation.
            continue
        for way, answer in asked_every_way(client, address_of(route, things, service, sandbox)):
            # Which methods an address knows is no secret; all else is not there.
            is_hidden = answer.status_code in (404, 405) or (way == "OPTIONS" and not answer.content)
            if not may_ask(person, route, way.partition(" ")[0]):
                is_hidden = answer.status_code == 403
            assert is_hidden, (route.name, way, answer.status_code)
        assert stored() == before, route.name
    assert len(sandbox.journal()) == asked


@pytest.mark.parametrize("who", FOREIGN)
def test_what_another_organisation_changed_is_not_there(entry, service, sandbox, who):
    person = PEOPLE[who](service, sandbox)
    client, asked = signed_in(person), len(sandbox.journal())
    record = f"service={service.pk}&resource=offers&record=1001&integrationID=int-eu"
    addresses = [reverse(name) for name in ("changes:list", "changes:file", "changes:history")]
    addresses += [
        f"{address}?{query}" for address in addresses for query in (record, "q=Changed", "field=name")
    ]
    for address in addresses:
        for way, answer in asked_every_way(client, address):
            expect_nothing_of_the_admin(
                answer, way, ["Changed by the admin", "admin@example.com", str(entry.pk)]
            )
        answer = client.get(address, headers={"HX-Request": "true", "HX-Target": "history-rows"})
        expect_nothing_of_the_admin(
            answer, address, ["Changed by the admin", "admin@example.com", str(entry.pk)]
        )
    for route in of_kind("organisation"):
        for way, answer in asked_every_way(client, reverse(route.name, args=[entry.pk])):
            is_hidden = answer.status_code in (404, 405) or (way == "OPTIONS" and not answer.content)
            if not may_ask(person, route, way.partition(" ")[0]):
                is_hidden = answer.status_code == 403
            assert is_hidden, (route.name, way, answer.status_code)
    assert Entry.objects.count() == 1
    assert len(sandbox.journal()) == asked


@pytest.mark.parametrize("who", ["viewer", "colleague", "colleague admin", "auditor"])
def test_what_a_colleague_changed_is_seen(entry, service, sandbox, who):
    client = signed_in(PEOPLE[who](service, sandbox))
    assert str(entry.pk) in client.get(reverse("changes:list")).content.decode()
    assert "Changed by the admin" in client.get(reverse("changes:entry", args=[entry.pk])).content.decode()


@pytest.mark.parametrize("who", PEOPLE)
def test_a_persons_own_pages_lead_to_nobody_elses_things(things, waiting, service, sandbox, who):
    client = signed_in(PEOPLE[who](service, sandbox))
    for route in of_kind("person"):
        answer = client.get(plain_address(route, service))
        if answer.streaming:
            continue
        page = answer.content.decode()
        for name, thing in {**things, "waiting": waiting}.items():
            if who != "colleague admin" or name not in ("share", "run"):
                assert str(thing.pk) not in page, (route.name, name)
        if who in FOREIGN:
            assert "Ada Admin" not in page, route.name


def test_colleagues_of_one_organisation_see_who_waits_for_what(things, waiting, service, sandbox):
    page = signed_in(colleague(service, sandbox)).get(reverse("exports:list")).content.decode()
    assert page.count("Ada Admin") >= 2


def test_an_admin_ends_the_links_of_the_own_organisation_alone(things, service, sandbox):
    address = reverse("shares:revoke", args=[things["share"].pk])
    for who in FOREIGN:
        client = signed_in(PEOPLE[who](service, sandbox))
        assert str(things["share"].pk) not in client.get(reverse("shares:list")).content.decode()
        assert client.post(address).status_code == (403 if who == "foreign auditor" else 404)
    client = signed_in(colleague_admin(service, sandbox))
    assert str(things["share"].pk) in client.get(reverse("shares:list")).content.decode()
    assert client.post(address).status_code == 302
    assert Share.objects.get(pk=things["share"].pk).revoked_at is not None


def test_an_admin_follows_the_bulk_runs_of_the_own_organisation_and_carries_none_of_them_out(
    things, service, sandbox
):
    run = things["run"]
    client, seen = signed_in(colleague_admin(service, sandbox)), len(sandbox.journal())
    page = client.get(run.get_absolute_url()).content.decode()
    assert "by Ada Admin" in page
    assert 'id="carry-out"' not in page
    assert run.get_absolute_url() in client.get(reverse("bulk:list")).content.decode()
    assert run.get_absolute_url() not in client.get(reverse("home"), follow=True).content.decode()
    assert "1001" in client.get(reverse("bulk:rows", args=[run.pk])).content.decode()
    for name in ("pause", "stop", "undo", "retry"):
        assert client.post(reverse(f"bulk:{name}", args=[run.pk])).status_code == 302
    run.refresh_from_db()
    assert (run.state, run.request) == (State.PLANNED, "")
    assert {entry["method"] for entry in sandbox.journal()[seen:]} <= {"GET"}


def test_an_admin_stops_a_run_of_a_colleague_that_is_under_way(things, service, sandbox):
    run = things["run"]
    assert confirm(run)
    client = signed_in(colleague_admin(service, sandbox))
    assert client.post(reverse("bulk:stop", args=[run.pk])).status_code == 302
    advance_until(run, State.STOPPED)
    assert run.counts() == {RowState.NOT_SENT: 1}


@pytest.fixture
def same_id(things, service, sandbox):
    """An export of the other organisation that has the id of the admin's, with an admin of theirs who made it."""
    Integration.objects.create(service=service, integration_id="int-other", label="Other network")
    person = stranger(service, sandbox)
    sandbox.settings(export_pending_seconds=0, export_running_seconds=0)
    mine = remote_export(sandbox)
    place = ("org-other", "exports", "")
    client = client_for(Connection.objects.get(owner=person))
    times = [("start_time", "2026-11-01 00:00:00"), ("end_time", "2026-11-01 23:59:59")]
    made = client.start_export(
        "downloadConversions",
        {"integrationID": "int-other"},
        [*times, ("fields", "conversion_time,offer"), ("extra_parameters", "")],
    ).record
    store = sandbox.application.store
    with store.lock:
        record = store.get(place, made["id"])
        store.write(
            [
                (place, made["id"], None),
                (place, mine["id"], record | {"id": mine["id"], "_file": mine["_file"]}),
            ]
        )
    return person, mine["id"]


def test_two_organisations_with_exports_of_one_id_stay_apart(same_id, things, service, sandbox, admin_client):
    person, remote_id = same_id
    client = signed_in(person)
    listed = client.get(reverse("exports:list")).content.decode()
    assert remote_id in listed
    assert "Ada Admin" not in listed
    page = client.get(reverse("exports:remote", args=[service.pk, remote_id])).content.decode()
    assert "Ada Admin" not in page
    assert "Other network" in page
    assert (
        str(things["share"].pk)
        not in client.get(reverse("shares:manage", args=[service.pk, remote_id])).content.decode()
    )
    inside = reverse("look_inside:open", args=[service.pk, remote_id])
    for one in (admin_client, client):
        one.get(inside)
    assert set(PreparedTable.objects.values_list("organisation", flat=True)) == {"org-main", "org-other"}
    mine = request_export(
        person,
        Connection.objects.get(owner=person),
        spec_of(integration_id="int-other"),
        uuid.uuid4(),
    )[0]
    ExportRequest.objects.filter(pk=mine.pk).update(remote_id=remote_id, state="done")
    assert client.post(reverse("exports:remote_delete", args=[service.pk, remote_id])).status_code == 302
    assert ExportRequest.objects.get(pk=mine.pk).removed_at is not None
    assert ExportRequest.objects.get(pk=things["export"].pk).removed_at is None


def test_what_was_asked_with_another_organisations_key_counts_for_that_one(
    admin, admin_connection, service, sandbox
):
    export = request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]
    export.attempts.create(number=1)
    assert quota_of(admin_connection).counted_here == 1
    assert quota_of(connect(admin, service, sandbox.other_organisation_key)).counted_here == 0


@pytest.mark.parametrize("who", FOREIGN)
def test_an_export_of_another_organisation_is_not_there(things, service, sandbox, who):
    client, seen = signed_in(PEOPLE[who](service, sandbox)), len(sandbox.journal())
    before, main = stored(), snapshot(sandbox)
    secrets = [remote_export(sandbox)["_file"], "admin@example.com"]
    for route in of_kind("api"):
        if is_of_resource(route.name):
            continue
        for way, answer in asked_every_way(client, address_of(route, things, service, sandbox)):
            expect_nothing_of_the_admin(answer, f"{way} {route.name}", secrets)
        assert stored() == before, route.name
    assert snapshot(sandbox) == main
    assert_own_key(sandbox, seen, who)


# --- Records of the API ---

#: What lies above a record of each resource, in the admin's organisation.
ABOVE = known_ids(1)


@pytest.mark.parametrize("name", [resource.name for resource in registry.resources()])
@pytest.mark.parametrize("who", ["keyless", "stranger"])
def test_a_record_of_another_organisation_is_not_there(admin_client, service, sandbox, name, who):
    resource = registry.named(name)
    above = {parameter: ABOVE[parameter] for parameter in resource.path_parameters}
    kind = sandbox.application.contract.kind_of(resource.tag)
    record = sandbox.application.store.records(("org-main", kind, "/".join(above.values())))[0]
    arguments: dict[str, Any] = {
        **above,
        "record_id": str(record["id"]),
        "field": "advertiser_id",
        "child": "offer_events",
    }
    # The admin's own look fills whatever is kept for later.
    shown = admin_client.get(resource.url("detail", above, str(record["id"])))
    assert resource.title(record) in shown.content.decode()
    person = keyless() if who == "keyless" else stranger(service, sandbox)
    client, seen, main = signed_in(person), len(sandbox.journal()), snapshot(sandbox)
    own_pages = [
        route for route in ROUTES.values() if route.name.startswith((f"{name}:", f"list_files:{name}_"))
    ]
    assert len(own_pages) >= 9
    for route in own_pages:
        address = reverse(route.name, kwargs={one: arguments[one] for one in route.parameters})
        for way, answer in asked_every_way(client, address):
            expect_nothing_of_the_admin(answer, f"{way} {route.name}", [resource.title(record)])
    assert snapshot(sandbox) == main
    assert_own_key(sandbox, seen, who)


# --- What is held against them ---


def snapshot(sandbox) -> dict[Any, Any]:
    """Everything the sandbox holds of the admin's organisation."""
    store = sandbox.application.store
    return {place: store.records(place) for place in list(store._records) if place[0] == "org-main"}


def assert_own_key(sandbox, seen: int, who: str) -> None:
    """Nothing was asked with anybody else's key; without a key nothing at all."""
    keys = {entry["key"].partition(".")[0] for entry in sandbox.journal()[seen:]}
    assert keys <= (set() if who in WITHOUT_KEY else {"other-organisation"})


def expect_nothing_of_the_admin(answer, way: str, secrets: list[str]) -> None:
    """The answer is no fault of ours, and holds none of these texts."""
    assert answer.status_code < 500 or answer.status_code in (502, 504), way
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text = content.decode(errors="replace")
    for secret in secrets:
        assert secret not in text, way
