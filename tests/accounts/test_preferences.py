"""Theme, density and time zone."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory
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
    assert person.time_zone == "Europe/Berlin"
    page = client.get(reverse("accounts:preferences")).content.decode()
    assert '<option value="dark" selected>' in page
    assert '<option value="Europe/Berlin" selected>' in page


def test_one_alone_changes_nothing_else_and_returns_to_its_page(client, person):
    answer = client.post(reverse("accounts:preferences"), {"theme": "light", "next": "/connections/?a=b"})
    assert answer["Location"] == "/connections/?a=b"
    assert set(answer.cookies) == {"theme"}
    person.refresh_from_db()
    assert person.time_zone == "Asia/Tokyo"


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
