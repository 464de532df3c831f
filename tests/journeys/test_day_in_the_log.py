"""A day of the product, done through its pages and commands: the log has each thing that happened, once."""

import json
from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.accounts.roles import set_role
from apps.accounts.sessions.ending import end_sessions
from apps.audit.links import PRODUCT_CHAIN
from apps.audit.models import Event
from apps.audit.verification import faults_of
from apps.connections.keys.check import store_result
from apps.connections.keys.check_result import KeyCheckResult
from apps.connections.models import Connection
from apps.schedules import actions
from tests.schedules.conftest import new_schedule
from tests.shares.conftest import finished, make_link, manage_url
from tests.support.people import PASSWORD

__all__ = ["finished", "manage_url"]

pytestmark = pytest.mark.django_db


def kinds() -> Counter[str]:
    return Counter(Event.objects.values_list("kind", flat=True))


@pytest.fixture
def happened():
    """What the log has got since the last look, in order."""
    seen = {"number": Event.objects.count()}

    def since() -> list[str]:
        rows = Event.objects.filter(number__gt=seen["number"]).order_by("number")
        found = [event.kind for event in rows]
        seen["number"] += len(found)
        return found

    return since


def sign_in(client: Client, email: str, password: str = PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def test_signing_in_and_out(admin, happened):
    client = Client(REMOTE_ADDR="203.0.113.5")
    sign_in(client, admin.email, "not the right password")
    sign_in(client, admin.email, "not the right one either")
    assert happened() == ["sign_in_failed"]
    sign_in(client, admin.email)
    assert happened() == ["signed_in"]
    event = Event.objects.get(kind="signed_in")
    assert (event.person_id, event.address, event.facts) == (admin.pk, "203.0.113.5", {"ways": ["password"]})
    assert event.request_id
    client.post(reverse("account_logout"))
    assert happened() == ["signed_out"]
    for _ in range(6):
        sign_in(Client(REMOTE_ADDR="203.0.113.6"), admin.email, "wrong, wrong, wrong")
    assert happened() == ["sign_in_failed", "sign_in_locked"]
    sign_in(Client(), "a password typed into the wrong field", "x")
    assert "wrong field" not in json.dumps([str(vars(event)) for event in Event.objects.all()])


def test_a_password_is_changed(admin, happened):
    client = Client()
    client.force_login(admin)
    new = "several words without a link 48"
    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": new, "password2": new}
    )
    assert Counter(happened())["password_changed"] == 1
    assert new not in str([vars(event) for event in Event.objects.all()])


def test_people(admin, manager, happened):
    call_command("create_account", "new@example.com", "--role", "viewer", "--no-password", stdout=StringIO())
    assert happened() == ["person_created"]
    set_role(manager, Role.VIEWER)
    assert happened() == ["role_changed"]
    changed = Event.objects.get(kind="role_changed")
    assert (changed.subject_id, changed.facts["before"], changed.facts["after"]) == (
        manager.pk,
        "manager",
        "viewer",
    )
    end_sessions(manager)
    assert happened() == ["session_ended"]


def test_keys(admin, service, sandbox, happened):
    client = Client()
    client.force_login(admin)
    typed = {"service": service.pk, "authentication": "api-key", "key": sandbox.admin_key}
    client.post(reverse("connections:create"), typed)
    assert happened() == ["key_stored"]
    connection = Connection.objects.get()
    edit = reverse("connections:edit", args=[connection.pk])
    client.post(edit, {"authentication": "api-key", "key": "a-key-that-is-refused-0000"})
    assert happened() == ["key_refused"]
    client.post(edit, {"authentication": "api-key", "key": sandbox.admin_key})
    assert happened() == ["key_replaced"]
    connection.refresh_from_db()
    for _ in range(2):
        store_result(connection, KeyCheckResult(Connection.State.KEY_REFUSED, "No."))
    assert happened() == ["key_refused"]
    client.post(reverse("connections:remove", args=[connection.pk]))
    assert happened() == ["key_removed"]
    told = str([vars(event) for event in Event.objects.all()])
    assert sandbox.admin_key not in told
    assert "a-key-that-is-refused-0000" not in told


def test_services(settings, sandbox, happened):
    settings.API_ALLOWED_HOSTS = ["127.0.0.1"]
    call_command(
        "add_service", "Second", "--kind", "integr8", "--base-url", sandbox.base_url, stdout=StringIO()
    )
    assert happened() == ["service_added"]


def test_links(admin, admin_client, manage_url, happened):
    link, share = make_link(admin_client, manage_url)
    assert happened() == ["link_shared"]
    guest = Client(REMOTE_ADDR="203.0.113.9")
    guest.get(link)
    guest.get(link)
    assert happened() == ["link_opened"]
    assert guest.post(link + "file/").getvalue()
    assert happened() == ["link_opened"]
    opened = Event.objects.filter(kind="link_opened").latest("number")
    assert (opened.subject_id, opened.email, opened.address) == (admin.pk, "", "203.0.113.9")
    admin_client.post(reverse("shares:revoke", args=[share.pk]))
    admin_client.post(reverse("shares:revoke", args=[share.pk]))
    assert happened() == ["link_revoked"]
    key = link.strip("/").split("/")[-1]
    assert key not in str([vars(event) for event in Event.objects.all()])


def test_schedules(admin, admin_connection, happened):
    schedule = new_schedule(admin, admin_connection.service)
    happened()
    actions.pause(schedule)
    assert happened() == ["schedule_paused"]
    schedule.refresh_from_db()
    assert actions.resume(schedule) == ""
    assert happened() == ["schedule_resumed"]
    actions.delete(schedule)
    assert happened() == ["schedule_removed"]


def test_files_that_go_out(admin, admin_client, service, finished, happened):
    address = reverse("exports:remote_download", args=[service.pk, finished])
    assert admin_client.get(address).getvalue()
    assert happened() == ["export_downloaded"]
    event = Event.objects.get(kind="export_downloaded")
    assert (event.person_id, event.about_id, event.organisation) == (admin.pk, finished, "org-main")
    assert b"".join(admin_client.get("/list-files/publishers/csv/").streaming_content)
    assert happened() == ["list_downloaded"]
    assert b"".join(admin_client.get(reverse("changes:product_file")).streaming_content)
    assert happened() == ["log_downloaded"]


def test_the_chain_is_whole_after_all_of_it(admin, manager):
    sign_in(Client(), admin.email)
    set_role(manager, Role.VIEWER)
    assert kinds() == {"signed_in": 1, "role_changed": 1}
    assert faults_of(PRODUCT_CHAIN) == []
    assert User.objects.count() == 2
