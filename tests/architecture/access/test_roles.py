"""Every address, by every method, as every role: what the policy's table says, before any view runs."""

import uuid
from urllib.parse import urlsplit

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import resolve, reverse

from apps.accounts.middleware import PolicyMiddleware
from apps.accounts.models import Role, User
from apps.accounts.policy import Capability, RoleNeeded, may, roles_words
from apps.resources import registry
from tests.architecture.routes import METHODS, Route, routes
from tests.resources.every.places import PLACE
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db

ROUTES = list(routes())
#: Takes a selection of any length, and answers with the address that compares it: nothing is changed.
COMPARED = {f"{resource.name}:compare" for resource in registry.resources()}
#: What a viewer may send anything to: what is their own, and files that are prepared for reading.
SENT_BY_VIEWERS = {
    *COMPARED,
    "accounts:preferences",
    "accounts:restore_draft",
    "accounts:end_session",
    "accounts:end_other_sessions",
    *(f"saved_views:{name}" for name in ("columns", "create", "default", "delete", "edit", "save")),
    "account_change_password",
    "account_reauthenticate",
    "account_set_password",
    "openid_confirm",
    "mfa_activate_totp",
    "mfa_add_webauthn",
    "mfa_deactivate_totp",
    "mfa_edit_webauthn",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "connections:create",
    "connections:edit",
    "connections:test",
    "notifications:mail",
    "notifications:mark",
    "notifications:read_all",
    "connections:remove",
    "shortcuts:star",
    "look_inside:again",
    "look_inside:save",
    "list_files:again",
    *(f"list_files:{resource.name}_{kind}" for resource in registry.resources() for kind in ("csv", "xlsx")),
}
#: What forms of the site send; the confirmations too.
EVERYTHING_TYPED = {
    "action": "deactivate",
    "confirmed": "yes",
    "confirm": "1",
    "id": "1001",
    "name": "Taken over",
    "days": "7",
    "nonce": str(uuid.UUID(int=7)),
    "report": "conversions",
    "integration_id": "int-eu",
}


def address_of(route: Route) -> str:
    """An address of that pattern; of nothing that exists, where the record is not one of the sandbox's."""
    known = {
        **PLACE,
        "record_id": "1001",
        "report": "clicks",
        "panel": "exports",
        "name": "some-mail",
        "key": "some-key",
        "format_name": "csv",
        "uidb36": "1",
        "remote_id": "exp-1",
        "notification_id": "1",
        "number": "1",
        "session_number": "1",
    }
    return reverse(route.name, kwargs={name: known.get(name, uuid.UUID(int=1)) for name in route.parameters})


def person_of(role: Role) -> User:
    """Somebody with that role and no key."""
    return User.objects.create_user(f"{role}@example.com", PASSWORD, role=role)


def answer_before_the_view(person: User, method: str, address: str) -> int:
    """The status with which the policy answers; 0 where it leaves that to the view."""
    request = RequestFactory().generic(method, address)
    request.user = person
    policy = PolicyMiddleware(lambda _request: HttpResponse())
    try:
        response = policy.process_view(request, resolve(urlsplit(address).path).func, (), {})
    except RoleNeeded:
        return 403
    return response.status_code if response else 0


@pytest.mark.parametrize("role", Role)
def test_the_table_decides_over_every_address_and_method(role):
    person = User(role=role)
    for route in ROUTES:
        for method in METHODS:
            capability = route.access.capability_for(method)
            to_open = capability or route.access.get or route.access.post
            assert to_open
            expected = 403 if not may(person, to_open) else 0 if capability else 405
            answer = answer_before_the_view(person, method, address_of(route))
            assert answer == expected, (route.name, method)


def test_the_policy_is_asked_after_the_sign_in_and_before_all_else(settings):
    order = settings.MIDDLEWARE
    place = order.index("apps.connections.service_policy.ServicePolicyMiddleware")
    assert order[place - 1] == "django.contrib.auth.middleware.LoginRequiredMiddleware"


@pytest.mark.parametrize("is_htmx", [False, True])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_a_refusal_names_the_role_it_takes(role, is_htmx):
    person = person_of(role)
    client = signed_in(person)
    headers = {"HX-Request": "true"} if is_htmx else {}
    for capability in Capability:
        route = next((one for one in ROUTES if capability in (one.access.get, one.access.post)), None)
        if route is None or may(person, capability):
            continue
        method = "GET" if route.access.get == capability else "POST"
        answer = client.generic(method, address_of(route), headers=headers)
        words = answer.content.decode()
        assert f"{roles_words(capability)} may do this; you are signed in as" in words.lower()
        assert ("<html" in words) is not is_htmx


def test_a_viewer_sends_to_these_addresses_alone():
    viewer = User(role=Role.VIEWER)
    sent = {one.name for one in ROUTES if one.access.post and may(viewer, one.access.post)}
    assert {name for name in sent if access(name).post != Capability.ANYBODY} == SENT_BY_VIEWERS


def access(name: str):
    """What the address of that name takes."""
    return next(route.access for route in ROUTES if route.name == name)


def test_nothing_that_is_sent_takes_a_capability_of_reading():
    reading = {Capability.READ, Capability.DOWNLOAD}
    assert {route.name for route in ROUTES if route.access.post in reading} == COMPARED


@pytest.mark.parametrize("is_htmx", [False, True])
@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_what_is_crafted_gets_403_and_sends_nothing(service, sandbox, role, is_htmx):
    person = person_of(role)
    connect(person, service, f"{sandbox.admin_key}.9")
    client = signed_in(person)
    refused = [one for one in ROUTES if one.access.post and not may(person, one.access.post)]
    assert len(refused) > (40 if role == Role.VIEWER else 5)
    for route in refused:
        headers = {"HX-Request": "true"} if is_htmx else {}
        answer = client.post(address_of(route), EVERYTHING_TYPED, headers=headers)
        assert answer.status_code == 403, route.name
    assert sandbox.journal() == []


def test_a_viewer_writes_nothing_at_the_api_whatever_they_ask(service, sandbox):
    person = person_of(Role.VIEWER)
    connect(person, service, f"{sandbox.admin_key}.9")
    client = signed_in(person)
    for route in ROUTES:
        if route.name.startswith(("account_", "connections:", "mfa_")):
            continue
        for ask in (client.get, client.post):
            ask(address_of(route), EVERYTHING_TYPED)
    entries = sandbox.journal()
    assert len(entries) > 20
    assert {entry["effect"] for entry in entries if entry["effect"]} <= {"reads"}
