"""The list of people, and a page for each."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Role, User
from apps.api.credentials import Secret
from apps.connections.keys.storage import read_key
from apps.connections.models import Connection
from tests.resources.pages import Page
from tests.support.people import PASSWORD, connect, signed_in

pytestmark = pytest.mark.django_db
LIST = "/people/"


def names(client, query="") -> list[str]:
    """The first word of each line's head."""
    return [head.text.split()[0] for head in Page(client.get(LIST + query)).all("th", scope="row")]


def test_it_tells_of_each_what_they_are_and_never_a_key(admin_client, manager, manager_connection, service):
    Connection.objects.filter(pk=manager_connection.pk).update(state="works")
    Connection.objects.filter(pk=manager_connection.pk).update(last_four="9731")
    page = admin_client.get(LIST).content.decode()
    for words in ("Max Manager", "manager@example.com", "Account manager", "Sandbox: works", "never"):
        assert words in page
    one = admin_client.get(reverse("people:person", args=[manager.pk])).content.decode()
    key = read_key(manager_connection)
    assert isinstance(key, Secret)
    for secret in (key.reveal(), "9731"):
        assert secret not in page
        assert secret not in one


def test_invited_active_and_deactivated_people_are_told_apart(admin, invitation, manager):
    User.objects.filter(pk=manager.pk).update(is_active=False)
    client = signed_in(admin)
    assert names(client) == ["Ada", "Max", "nina@example.com"]
    assert names(client, "?state=invited") == ["nina@example.com"]
    assert names(client, "?state=deactivated") == ["Max"]
    assert names(client, "?state=active") == ["Ada"]


def test_it_is_searched_by_name_and_address_and_sorted(admin, manager):
    now = timezone.now()
    User.objects.filter(pk=manager.pk).update(last_seen_at=now - timedelta(days=2))
    client = signed_in(admin)
    assert names(client, "?q=MAX") == ["Max"]
    assert names(client, "?q=manager%40example") == ["Max"]
    assert names(client, "?q=nobody+at+all") == []
    assert names(client, "?sort=-name") == ["Max", "Ada"]
    assert names(client, "?sort=seen") == ["Max", "Ada"]
    assert names(client, "?sort=role") == ["Max", "Ada"]


def test_what_an_address_says_wrong_is_named(admin):
    page = signed_in(admin).get(f"{LIST}?state=nonsense&sort=password&page[number]=x").content.decode()
    for words in ("no state “nonsense”", "not sorted by “password”", "must be a whole number"):
        assert words in page


def test_three_hundred_people_take_as_many_queries_as_three(admin, service, django_assert_max_num_queries):
    people = [
        User(email=f"p{n}@example.com", name=f"Person {n:03}", role=Role.VIEWER, password=PASSWORD)
        for n in range(300)
    ]
    User.objects.bulk_create(people)
    for person in people[:3]:
        connect(person, service, f"key-of-{person.email}")
    client = signed_in(admin)
    client.get(LIST)
    with django_assert_max_num_queries(14):
        page = client.get(f"{LIST}?page[size]=100").content.decode()
    assert page.count("<tr>") == 101
    assert "1–100</b> of <b>301" in page


def test_sorting_swaps_the_table_alone(admin):
    headers = {"HX-Request": "true", "HX-Target": "results"}
    answer = signed_in(admin).get(f"{LIST}?sort=seen", headers=headers)
    assert "<html" not in answer.content.decode()
    assert answer["HX-Push-Url"] == f"{LIST}?sort=seen"


def test_an_auditor_looks_and_decides_nothing(manager):
    auditor = User.objects.create_user("auditor@example.com", PASSWORD, role=Role.AUDITOR)
    client = signed_in(auditor)
    page = client.get(LIST).content.decode()
    one = client.get(reverse("people:person", args=[manager.pk])).content.decode()
    assert "Max Manager" in page
    for words in ("/people/invite/", "/deactivate/", "/sessions/end/", "Save role"):
        assert words not in page
        assert words not in one
    for name in ("roles", "deactivate", "reactivate", "end_sessions", "hand_over"):
        assert client.post(reverse(f"people:{name}", args=[manager.pk])).status_code == 403


@pytest.mark.parametrize("role", [Role.VIEWER, Role.MANAGER])
def test_nobody_else_sees_who_has_access(role, manager):
    client = signed_in(User.objects.create_user("some@example.com", PASSWORD, role=role))
    for address in (LIST, f"{LIST}invite/", reverse("people:person", args=[manager.pk])):
        assert client.get(address).status_code == 403
    assert "/people/" not in client.get("/preferences/").content.decode()


def test_users_of_the_network_and_people_lead_to_each_other(admin_client):
    assert "/users/" in admin_client.get(LIST).content.decode()
    form = admin_client.get("/users/new/").content.decode()
    assert "a user of your network at Integr8" in form
    assert "/people/invite/" in form


def test_the_note_of_the_user_form_leads_only_those_who_may(manager_client):
    answer = manager_client.get("/users/new/")
    assert "/people/" not in answer.content.decode()
