"""Every answer scores at least 145 by the rules of MDN's Observatory: pages, files, redirects, errors, static files."""

import io
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from apps.accounts.models import Role
from apps.accounts.policy import Capability
from apps.accounts.routes import Access, with_access
from integr8admin.serving.application import plain
from integr8admin.serving.limits import REFUSED
from integr8admin.serving.protocol import Protocol
from tests.architecture.access.test_roles import address_of, person_of
from tests.architecture.routes import routes
from tests.support.observatory import Answer
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db
LEAST = 145


@pytest.fixture(autouse=True)
def _over_https(settings):
    """What the settings say where `SITE_URL` is an https address, behind one proxy."""
    settings.SITE_URL = "https://testserver"
    settings.SECURE_SSL_REDIRECT = True
    settings.SECURE_HSTS_SECONDS = 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME = "__Host-session", "__Host-csrftoken"
    settings.KNOWN_BROWSER_COOKIE_NAME = "__Host-known"
    settings.TRUSTED_PROXY_COUNT = 1
    settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")


def scored(response, by_http: str = "https://testserver/") -> Answer:
    """The answer as the scanner sees it; fails below the least score."""
    body = "" if response.streaming else response.content.decode(errors="replace")
    headers = {name.lower(): value for name, value in response.items()}
    # One that is removed is in nobody's jar.
    cookies = [one.OutputString() for one in response.cookies.values() if one["max-age"] != 0]
    answer = Answer(headers, body, cookies, by_http)
    assert answer.score() >= LEAST, (response.status_code, answer.score(), answer.modifiers)
    return answer


def test_every_address_by_every_role_and_signed_out(admin, admin_connection):
    viewer = person_of(Role.VIEWER)
    people = [(Client(), "get"), (signed_in(admin), "get"), (signed_in(viewer), "post")]
    statuses = set()
    for route in routes():
        for client, method in people:
            response = client.generic(method, address_of(route), headers={"X-Forwarded-Proto": "https"})
            scored(response)
            statuses.add(response.status_code)
        if route.name == "account_logout":
            people[2] = (signed_in(viewer), "post")
    assert statuses >= {200, 302, 403, 404, 405, 415}


def test_what_came_by_http_is_sent_to_https_with_the_same_headers():
    for address in ("/", "/account/login/", "/healthz", "/static/js/page.js", "/nothing/"):
        response = Client().get(address, headers={"X-Forwarded-Proto": "http"})
        assert (response.status_code, response["Location"]) == (301, f"https://testserver{address}")
        missing = scored_without_transport(response)
        assert missing == {}, address


def scored_without_transport(response) -> dict[str, int]:
    """What an answer by http loses beside HSTS, which belongs to the answer by https."""
    answer = Answer({name.lower(): value for name, value in response.items()})
    answer.score()
    return {
        name: modifier
        for name, modifier in answer.modifiers.items()
        if modifier < 0 and name != "strict-transport-security"
    }


def test_a_health_check_of_the_process_itself_stays_on_http(settings):
    for count, headers in ((0, {"X-Forwarded-Proto": "http"}), (1, {})):
        settings.TRUSTED_PROXY_COUNT = count
        assert Client().get("/healthz", headers={"Host": "10.0.0.7", **headers}).status_code == 200


def test_the_health_check_by_https():
    response = Client().get("/healthz", headers={"X-Forwarded-Proto": "https"})
    assert response.status_code == 200
    scored(response)


def test_static_files():
    for address in ("/static/js/page.js", "/static/css/base.css", "/static/img/favicon.svg"):
        response = Client().get(address, headers={"X-Forwarded-Proto": "https"})
        assert response.status_code == 200
        scored(response)


def broken(request: HttpRequest) -> HttpResponse:
    """A fault of ours."""
    raise ZeroDivisionError


class Site:
    """The site with an address that breaks."""

    from integr8admin import urls

    urlpatterns = [*urls.urlpatterns, path("broken/", with_access(broken, Access(get=Capability.ANYBODY)))]
    handler400, handler403, handler404, handler500 = (
        urls.handler400,
        urls.handler403,
        urls.handler404,
        urls.handler500,
    )


def test_errors(admin_client):
    https = {"X-Forwarded-Proto": "https"}
    client = Client(raise_request_exception=False)
    with override_settings(ROOT_URLCONF=Site):
        answers = {500: client.get("/broken/", headers=https)}
    answers[404] = admin_client.get("/nothing/", headers=https)
    answers[400] = client.get("/", headers={"Host": "evil.example", **https})
    for status in (408, 413):
        refused: dict[str, Any] = {REFUSED: status}
        answers[status] = client.get("/", headers=https, **refused)
    for status, response in answers.items():
        assert response.status_code == status
        scored(response)
    by_http = client.get("/", headers={"Host": "evil.example", "X-Forwarded-Proto": "http"})
    assert by_http.status_code == 400
    assert scored_without_transport(by_http) == {}


def test_what_the_server_says_without_django():
    busy = plain(503, "Try again.")
    answer = Answer({name.decode().lower(): value.decode() for name, value in busy.headers})
    assert answer.score() >= LEAST, answer.modifiers


class Wire(io.BytesIO):
    """Keeps what is written to a connection."""

    def close(self) -> None:
        """Nothing: what was written is read afterwards."""


def test_what_the_parser_refuses():
    protocol: Any = Protocol.__new__(Protocol)
    protocol.transport = Wire()
    protocol.loop = type("Loop", (), {"call_later": lambda *_: None})()
    protocol.transport.abort = lambda: None
    protocol.send_400_response("No request.")
    head, _, body = protocol.transport.getvalue().decode().partition("\r\n\r\n")
    assert (head.splitlines()[0], body) == ("HTTP/1.1 400 Bad Request", "No request.")
    fields = dict(re.findall(r"^([\w-]+): (.*?)\r?$", head, re.MULTILINE))
    answer = Answer({name.lower(): value for name, value in fields.items()})
    assert answer.score() >= LEAST, answer.modifiers


GOOD = {
    "content-type": "text/html",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "strict-transport-security": "max-age=31536000",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
}


@pytest.mark.parametrize(
    ("changed", "score"),
    [
        ({}, 150),
        ({"strict-transport-security": ""}, 80),
        ({"content-security-policy": ""}, 55),
        ({"content-security-policy": "default-src 'none'; script-src 'unsafe-inline'"}, 60),
        ({"referrer-policy": "unsafe-url"}, 140),
        ({"x-content-type-options": ""}, 145),
        ({"cross-origin-opener-policy": ""}, 140),
        ({"access-control-allow-origin": "https://a", "access-control-allow-credentials": "true"}, 50),
    ],
)
def test_the_scorer_tells_good_from_bad(changed, score):
    assert Answer(GOOD | changed).score() == score


def test_the_scorer_counts_scripts_and_cookies():
    with_integrity = '<script src="/a.js" integrity="sha256-x"></script>'
    assert Answer(GOOD, with_integrity, ["__Host-session=1; Secure; HttpOnly; SameSite=Lax"]).score() == 160
    assert Answer(GOOD, '<script src="//evil.example/a.js"></script>').score() == 50
    assert Answer(GOOD, cookies=["session=1; SameSite=Lax"]).score() == 70
    assert Answer(GOOD, by_http="http://testserver/").score() == 80
