"""How long a session lasts, what counts as use of it, and what is written for that."""

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.accounts.sessions.conftest import PASSWORD, is_signed_in, sign_in, turn_back
from tests.support.people import signed_in

HOUR = 3600
POLL = {"X-Background": "1", "HX-Request": "true", "HX-Current-URL": "http://testserver/offers/?page=2"}


def page(client, **headers):
    return client.get(reverse("accounts:preferences"), headers=headers)


@pytest.mark.parametrize(
    ("minutes", "ago", "stays"), [(60, 3540, True), (60, 3601, False), (5, 310, False), (0, 40_000, True)]
)
def test_a_session_that_is_not_used_ends_after_the_set_time(person, settings, minutes, ago, stays):
    settings.SESSION_IDLE_MINUTES = minutes
    client = sign_in(person)
    turn_back(client, used_at=ago)
    assert is_signed_in(client) is stays


def test_twelve_hours_after_signing_in_a_session_ends_however_much_it_is_used(person):
    client = sign_in(person)
    turn_back(client, signed_in_at=12 * HOUR - 60)
    assert is_signed_in(client)
    turn_back(client, signed_in_at=12 * HOUR)
    assert not is_signed_in(client)


def test_what_is_written_into_a_session_does_not_make_it_last_longer(person):
    client = sign_in(person)
    turn_back(client, signed_in_at=12 * HOUR, used_at=10)
    assert not is_signed_in(client)


def test_using_the_site_keeps_a_session_alive(person):
    client = sign_in(person)
    for _ in range(3):
        turn_back(client, used_at=3000)
        assert is_signed_in(client)
        assert client.session["used_at"] > 0
    assert UserSession.objects.get(user=person).last_seen_at


@pytest.mark.parametrize("header", ["X-Background", "X-Ahead"])
def test_what_a_page_asks_for_by_itself_keeps_no_session_alive(person, header):
    client = sign_in(person)
    turn_back(client, used_at=3000)
    used_at = client.session["used_at"]
    for _ in range(3):
        client.get(reverse("notifications:unread"), headers={header: "1"})
    assert client.session["used_at"] == used_at


def test_a_page_left_open_goes_to_the_sign_in_page_and_back_to_where_it_was(person):
    client = sign_in(person)
    turn_back(client, used_at=HOUR)
    answer = page(client, **POLL)
    assert answer["HX-Redirect"] == f"{reverse('account_login')}?next=%2Foffers%2F%3Fpage%3D2&ended=1"
    assert "Your session has ended" in client.get(answer["HX-Redirect"]).content.decode()


def test_a_form_that_is_sent_too_late_is_kept_for_its_owner_alone(person):
    client = sign_in(person)
    turn_back(client, used_at=HOUR)
    answer = client.post(
        reverse("accounts:preferences"), {"theme": "dark", "density": "", "time_zone": "UTC"}
    )
    assert answer.status_code == 401
    sealed = answer.context["unsent"]
    assert sealed.owner == str(person.pk)
    assert sealed.is_restorable


def test_pages_within_a_few_minutes_write_nothing(person):
    client = sign_in(person)
    page(client)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page(client)
    assert not [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]


def test_the_life_of_a_session_costs_a_page_no_query(person):
    client = signed_in(person)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("notifications:unread"))
    about_sessions = [one["sql"] for one in queries if 'FROM "accounts_user"' not in one["sql"]]
    assert [sql.split('"')[1] for sql in about_sessions] == ["django_session"]


def test_a_session_ended_while_it_is_noted_is_over(person, monkeypatch):
    client = sign_in(person)
    turn_back(client, used_at=400)
    store = type(client.session)
    load = store.load

    def load_and_lose(session):
        loaded = load(session)
        session.delete(session.session_key)
        return loaded

    monkeypatch.setattr(store, "load", load_and_lose)
    assert not is_signed_in(client)


def test_signing_in_and_proving_it_again_change_the_key_of_the_session(person):
    client = sign_in(person)
    former = client.session.session_key
    answer = client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert answer.status_code == 302
    assert client.session.session_key != former
    assert UserSession.objects.get(user=person).session_key == client.session.session_key
    assert is_signed_in(client)


def test_a_key_that_somebody_had_before_signing_in_is_worth_nothing(client, person):
    session = client.session
    session["anything"] = 1
    session.save()
    planted = session.session_key
    client.cookies["session"] = planted
    client.post(reverse("account_login"), {"login": person.email, "password": "a long enough password"})
    assert client.session.session_key != planted
    client.cookies["session"] = planted
    assert not is_signed_in(client)


def test_the_cookies_are_for_this_site_alone_and_gone_with_the_browser(person):
    client = sign_in(person)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["max-age"], cookie["path"]) == (
        True,
        "Lax",
        "",
        "/",
    )
    assert settings.CSRF_COOKIE_HTTPONLY
    assert settings.CSRF_COOKIE_SAMESITE == "Lax"


def test_a_server_that_tells_no_address_lets_people_sign_in(person):
    assert is_signed_in(sign_in(person, REMOTE_ADDR=""))
    assert UserSession.objects.get().ip == "0.0.0.0"  # noqa: S104
