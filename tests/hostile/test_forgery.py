"""What another site can have a browser send, and what people add to their own forms: nothing is done."""

import pytest
from django.middleware.csrf import get_token
from django.test import Client, RequestFactory

from apps.accounts.models import Role, User
from tests.architecture.access.test_roles import EVERYTHING_TYPED, address_of, person_of
from tests.architecture.routes import routes
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db
#: Takes reports from anybody, and does nothing with them.
EXEMPT = {"csp_reports"}
FORGED = {
    "no token": {},
    "another site's page": {"Origin": "https://evil.example"},
    "a page without an origin": {"Origin": "null"},
    "another site": {"Sec-Fetch-Site": "cross-site"},
    "a sister site": {"Sec-Fetch-Site": "same-site"},
    "HTMX of another site": {"HX-Request": "true", "Origin": "https://evil.example"},
}


@pytest.mark.parametrize("name", FORGED)
def test_nothing_is_sent_without_the_token_of_a_page_of_ours(admin, admin_connection, sandbox, name):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    tried = 0
    for route in routes():
        if route.access.post is None or route.name in EXEMPT:
            continue
        answer = client.post(address_of(route), EVERYTHING_TYPED, headers=FORGED[name])
        assert answer.status_code == 403, (route.name, answer.status_code)
        tried += 1
    assert tried > 60
    assert sandbox.journal() == []
    assert "_auth_user_id" in client.session


def test_a_right_token_from_another_origin_is_refused(admin, admin_connection, sandbox):
    client = Client(enforce_csrf_checks=True)
    client.force_login(admin)
    request = RequestFactory().get("/")
    token = get_token(request)
    client.cookies["csrftoken"] = request.META["CSRF_COOKIE"]
    values = {**EVERYTHING_TYPED, "csrfmiddlewaretoken": token}
    assert (
        client.post("/publishers/new/", values, headers={"Origin": "https://evil.example"}).status_code == 403
    )
    assert client.post("/publishers/new/", values).status_code != 403


def test_opening_every_address_writes_nothing(admin, admin_client, sandbox):
    before = list(User.objects.values_list("pk", "role", "is_active", "password"))
    for route in routes():
        for headers in ({}, {"HX-Request": "true"}, {"X-Ahead": "1"}):
            admin_client.get(address_of(route), EVERYTHING_TYPED, headers=headers)
        if route.name == "account_logout":
            assert "_auth_user_id" in admin_client.session
    assert {entry["effect"] for entry in sandbox.journal() if entry["effect"]} <= {"reads"}
    assert list(User.objects.values_list("pk", "role", "is_active", "password")) == before


ADDED = {
    "role": "admin",
    "service_roles": "{}",
    "is_superuser": "on",
    "is_staff": "on",
    "is_active": "",
    "email": "evil@example.com",
    "pk": "1",
    "id": "1",
    "has_second_factor": "on",
    "unread_notifications": "9",
}


def test_fields_that_no_form_has_change_no_account():
    viewer = person_of(Role.VIEWER)
    client = signed_in(viewer)
    kept = {"role", "is_active", "email", "password", "has_second_factor", "unread_notifications"}
    before = User.objects.filter(pk=viewer.pk).values(*kept).get()
    client.post("/preferences/", {**ADDED, "name": "New name", "time_zone": "Europe/Berlin"})
    client.post("/account/signup/", {**ADDED, "password1": PASSWORD, "password2": PASSWORD})
    assert User.objects.filter(pk=viewer.pk).values(*kept).get() == before
    assert User.objects.count() == 1


def test_fields_that_no_form_has_reach_no_call_of_the_api(manager, service, sandbox):
    connect(manager, service, sandbox.manager_key)
    client = signed_in(manager)
    typed = {
        "name": "Made here",
        "email": "made@example.com",
        "nonce": "00000000-0000-0000-0000-000000000007",
    }
    for name in ("organization_id", "id", "is_admin", "__proto__", "data[id]", "password_hash"):
        typed[name] = "added"
    client.post("/publishers/new/", typed)
    sent = [entry for entry in sandbox.journal() if entry["method"] != "GET"]
    assert "added" not in repr([entry.get("body") for entry in sent])


def test_signing_out_clears_what_the_browser_stored(admin_client):
    assert "Clear-Site-Data" not in admin_client.get("/account/logout/")
    assert admin_client.post("/account/logout/")["Clear-Site-Data"] == '"storage"'
