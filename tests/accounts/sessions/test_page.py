"""The page of sessions: what it says of each, and what ends them there."""

import html
import re

import pytest
from allauth.usersessions.models import UserSession
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.sessions import places
from apps.accounts.sessions.devices import device_words
from tests.accounts.sessions.conftest import is_signed_in, sign_in
from tests.support.places import write_places

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)
BERLIN = {"city": {"names": {"en": "Berlin"}}, "country": {"names": {"en": "Germany"}}}


@pytest.fixture(autouse=True)
def _other_databases():
    places._database.cache_clear()


def rows_of(client):
    """The words of each row, tags taken out."""
    page = client.get(reverse("accounts:sessions")).content.decode()
    body = page[page.index("<tbody>") : page.index("</tbody>")]
    return [" ".join(html.unescape(re.sub(r"<[^>]+>", " ", row)).split()) for row in body.split("</tr>")[:-1]]


def test_each_session_says_device_place_and_times_and_this_one_is_marked(person):
    desk = sign_in(person, HTTP_USER_AGENT=CHROME, REMOTE_ADDR="203.0.113.7")
    sign_in(person, HTTP_USER_AGENT=IPHONE, REMOTE_ADDR="8.8.8.8")
    here, phone = rows_of(desk)
    assert re.fullmatch(
        r"Chrome on Windows this one the network you are on now \(203\.0\.113\.7\) "
        r"\d+ \w{3} \d{4}, \d\d:\d\d \d+ \w{3} \d{4}, \d\d:\d\d Sign out",
        here,
    )
    assert phone.startswith("Safari on iPhone from network 8.8.8.8 ")
    assert phone.endswith(" End")


def test_a_database_of_places_names_city_and_country(person, settings, tmp_path):
    settings.PLACES_DATABASE = str(tmp_path / "places.mmdb")
    write_places(tmp_path / "places.mmdb", "8.8.8.0/24", BERLIN)
    desk = sign_in(person, REMOTE_ADDR="8.8.8.8")
    assert "Berlin, Germany the network you are on now (8.8.8.8)" in rows_of(desk)[0]
    assert places.place_words("9.9.9.9") == ""
    assert places.place_words("2001:4860::8") == ""
    assert places.place_words("10.0.0.1") == ""


@pytest.mark.parametrize("content", [None, b"", b"no database", b"\xab\xcd\xefMaxMind.com\xff\xff"])
def test_a_database_that_cannot_be_read_leaves_the_page_without_places(person, settings, tmp_path, content):
    settings.PLACES_DATABASE = str(tmp_path / "places.mmdb")
    if content is not None:
        (tmp_path / "places.mmdb").write_bytes(content)
    assert "the network you are on now (8.8.8.8)" in rows_of(sign_in(person, REMOTE_ADDR="8.8.8.8"))[0]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (IPHONE, "Safari on iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.1 Safari/605.1.15", "Safari on macOS"),
        ("curl/8.1", "curl"),
        ("", "An unknown browser"),
        ("<script>alert(1)</script>" * 20, "An unknown browser"),
    ],
)
def test_a_browser_is_named_in_words(said, words):
    assert device_words(said) == words


def test_one_session_is_ended_and_then_all_others(person):
    desk, phone, third = sign_in(person), sign_in(person), sign_in(person)
    listed = UserSession.objects.get(session_key=phone.session.session_key)
    desk.post(reverse("accounts:end_session", args=[listed.pk]))
    assert [is_signed_in(one) for one in (desk, phone, third)] == [True, False, True]
    answer = desk.post(reverse("accounts:end_other_sessions"), follow=True)
    assert "All other sessions were ended." in answer.content.decode()
    assert [is_signed_in(one) for one in (desk, phone, third)] == [True, False, False]
    assert len(rows_of(desk)) == 1


def test_a_session_of_somebody_else_is_not_there(person):
    stranger = User.objects.create_user("noa@example.com", "a long enough password")
    desk, other = sign_in(person), sign_in(stranger)
    listed = UserSession.objects.get(user=person)
    assert other.post(reverse("accounts:end_session", args=[listed.pk])).status_code == 404
    assert is_signed_in(desk)


def test_sessions_that_are_over_are_not_listed(person):
    desk, old, idle = sign_in(person), sign_in(person), sign_in(person)
    for client, field in ((old, "created_at"), (idle, "last_seen_at")):
        row = UserSession.objects.get(session_key=client.session.session_key)
        UserSession.objects.filter(pk=row.pk).update(**{field: row.created_at.replace(year=2025)})
    assert len(rows_of(desk)) == 1
