"""Theme, density and time zone."""

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from apps.accounts.middleware import PersonMiddleware
from apps.accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def person(client):
    person = User.objects.create_user("mia@example.com", None, time_zone="Asia/Tokyo")
    client.force_login(person)
    return person


def test_all_three_are_kept(client, person):
    answer = client.post(
        reverse("accounts:preferences"), {"theme": "dark", "density": "compact", "time_zone": "Europe/Berlin"}
    )
    for name, value in (("theme", "dark"), ("density", "compact")):
        cookie = answer.cookies[name]
        assert (cookie.value, cookie["samesite"], cookie["max-age"]) == (value, "Lax", 31_536_000)
    person.refresh_from_db()
    assert (person.theme, person.density, person.time_zone) == ("dark", "compact", "Europe/Berlin")
    page = client.get(reverse("accounts:preferences")).content.decode()
    assert '<option value="dark" selected>' in page
    assert '<option value="Europe/Berlin" selected>' in page


def test_one_alone_changes_nothing_else_and_returns_to_its_page(client, person):
    answer = client.post(reverse("accounts:preferences"), {"theme": "light", "next": "/connections/?a=b"})
    assert answer["Location"] == "/connections/?a=b"
    assert set(answer.cookies) == {"theme"}
    person.refresh_from_db()
    assert person.time_zone == "Asia/Tokyo"


SHOWN_DARK = '<html lang="en" data-theme="dark" data-density="compact">'


def test_theme_and_density_follow_the_person_to_another_browser(client, person):
    client.post(reverse("accounts:preferences"), {"theme": "dark", "density": "compact"})
    elsewhere = Client()
    elsewhere.force_login(person)
    # What somebody else chose in that browser does not count; the first byte of the page says it: nothing flashes.
    elsewhere.cookies["theme"] = "light"
    assert SHOWN_DARK in elsewhere.get(reverse("accounts:preferences")).content.decode()


def test_a_guest_sees_what_was_chosen_last_in_the_browser(client, person):
    client.post(reverse("accounts:preferences"), {"theme": "dark", "density": "compact"})
    client.logout()
    client.cookies["theme"], client.cookies["density"] = "dark", "compact"
    assert SHOWN_DARK in client.get(reverse("account_login")).content.decode()


def test_an_account_that_has_chosen_none_keeps_what_its_browser_had(client, person):
    client.cookies["theme"], client.cookies["density"] = "dark", "compact"
    assert SHOWN_DARK in client.get(reverse("accounts:preferences")).content.decode()


def test_it_never_returns_to_another_site(client, person):
    answer = client.post(reverse("accounts:preferences"), {"theme": "light", "next": "//evil.example"})
    assert answer["Location"] == reverse("accounts:preferences")


@pytest.mark.parametrize("wrong", [{"theme": "neon"}, {"density": "huge"}, {"time_zone": "Mars/Olympus"}])
def test_a_value_that_does_not_exist_is_refused_and_nothing_is_kept(client, person, wrong):
    answer = client.post(reverse("accounts:preferences"), wrong)
    assert answer.status_code == 422
    assert "There is a problem" in answer.content.decode()
    assert not answer.cookies.get("theme") and not answer.cookies.get("density")


def test_a_strange_cookie_is_shown_as_the_default(client, person):
    client.cookies["theme"] = '"><script>'
    client.cookies["density"] = "huge"
    page = client.get(reverse("accounts:preferences")).content.decode()
    assert '<option value="system" selected>' in page
    assert '<html lang="en" data-theme="system" data-density="regular">' in page
    assert '<button name="theme" value="system" aria-pressed="true">' in page
    assert '<button name="density" value="regular" aria-pressed="true">' in page
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("zone", "active"), [("Asia/Tokyo", "Asia/Tokyo"), ("No/Where", "UTC"), ("..", "UTC")]
)
def test_times_are_in_the_persons_zone_without_a_query(person, zone, active, django_assert_num_queries):
    seen = []

    def answer(request):
        seen.append(timezone.get_current_timezone_name())
        return HttpResponse()

    request = RequestFactory().get("/")
    request.user = person
    person.time_zone = zone
    with django_assert_num_queries(0):
        PersonMiddleware(answer)(request)
    assert seen == [active]
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_view_gets_the_account_itself_and_nothing_that_stands_in_for_it(manager_client, client):
    assert type(manager_client.get(reverse("accounts:preferences")).wsgi_request.user) is User
    assert not client.get(reverse("accounts:preferences")).wsgi_request.user.is_authenticated
