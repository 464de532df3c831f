"""What the page says when the service does not simply answer: waiting, every error, and no trace of the token."""

import re
from urllib.parse import quote

import pytest
from django.urls import reverse

from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection
from apps.conversions.results import seconds_until_next_look
from apps.sandbox.token import api
from tests.conversions.conftest import FILE, LIST, connect, visit
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db

CANARY = "canary-token-9b41c7e2f0"


@pytest.fixture
def slow_client(admin, token_service):
    """Requests of the admin, whose token is told twice to wait."""
    connect(admin, token_service, api.SLOW)
    return signed_in(admin)


def panel(page):
    """The element that asks again by itself."""
    return page.one("section", id="waiting-for-conversions")


# --- Being prepared ---


def test_an_accepted_request_looks_again_by_itself_until_the_rows_are_there(slow_client):
    page = visit(slow_client, f"{LIST}?sort=-payout&page[size]=25", status=202)
    assert "Accepted, being prepared" in page.text
    assert "The service says: “The conversions are being prepared.”" in page.text
    assert page.response["Retry-After"] == "3"
    assert panel(page)["hx-trigger"] == "every 3s"
    assert panel(page)["hx-push-url"] == "false"
    look = visit(slow_client, panel(page)["hx-get"], fragment=True, status=202)
    assert panel(look)["hx-trigger"] == "every 6s"
    assert "HX-Push-Url" not in look.response
    done = visit(slow_client, panel(look)["hx-get"], fragment=True)
    assert "HX-Push-Url" not in done.response
    assert len(done.rows) == 25
    assert "Page 1 of 12" in done.text
    assert not [link for link in done.all("a") if "looks" in link["href"]]


def test_without_javascript_a_link_looks_again(slow_client):
    page = visit(slow_client, f"{LIST}?q=approved", status=202)
    assert page.link("Look again now") == f"{LIST}?q=approved"
    visit(slow_client, page.link("Look again now"), status=202)
    assert visit(slow_client, page.link("Look again now")).rows


def test_the_file_of_rows_being_prepared_leads_to_the_page_that_waits(slow_client):
    answer = slow_client.get(f"{FILE}?q=approved")
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?q=approved")


@pytest.mark.parametrize(
    ("looks", "named", "seconds"),
    [
        (0, None, 3),
        (1, None, 6),
        (2, None, 12),
        (3, None, 24),
        (4, None, 48),
        (5, None, 60),
        (10**9, None, 60),
        (0, 20, 20),
        (3, 20, 24),
        (0, 86400, 600),
    ],
)
def test_the_waits_grow_to_a_minute_and_follow_the_services_wish(looks, named, seconds):
    assert seconds_until_next_look(looks, named) == seconds


def test_an_error_while_waiting_is_shown_and_ends_the_looking(slow_client, serve):
    page = visit(slow_client, LIST, status=202)
    serve({"status": "error", "message": "Broken."}, 500)
    failed = visit(slow_client, panel(page)["hx-get"], fragment=True, status=502)
    assert "The API has a fault" in failed.text
    assert not failed.all("section", id="waiting-for-conversions")
    assert failed.link("Try again") == LIST


# --- Errors ---

EXPECTED = [
    (400, 400, "The API refused the request", "sends nothing but your token"),
    (401, 403, "Your token was refused", "Store a token that works"),
    (403, 403, "Your token may not read conversions", "Use a token that may read them."),
    (404, 404, "There are no conversions at this address", "base URL of the service Token API"),
    (409, 400, "The service is busy with the same data", "Wait a moment, then try again."),
    (422, 400, "The API refused the request", "sends nothing but your token"),
    (429, 429, "The API asks us to wait 40 seconds", "Wait a moment, then try again."),
    (500, 502, "The API has a fault", "Try again in a moment."),
    (502, 502, "The API has a fault", "Try again in a moment."),
    (503, 502, "The API has a fault", "Try again in a moment."),
    (504, 502, "The API has a fault", "Try again in a moment."),
]


@pytest.mark.parametrize("as_fragment", [False, True])
@pytest.mark.parametrize(("theirs", "ours", "title", "next_step"), EXPECTED)
def test_every_status_says_what_to_do(token_client, serve, theirs, ours, title, next_step, as_fragment):
    serve(
        {"status": "failed", "code": theirs, "message": "Their own words."}, theirs, **{"Retry-After": "40"}
    )
    page = visit(token_client, f"{LIST}?q=x&sort=payout", status=ours, fragment=as_fragment)
    assert page.one("h2", id="error-title").text == title
    assert next_step in page.text
    assert "The API says: “Their own words.”" in page.text
    assert "Nothing was changed." in page.text
    if theirs == 429:
        assert page.response["Retry-After"] == "40"
    assert page.link("Try again") == f"{LIST}?q=x&sort=payout"
    assert "Download CSV" not in page.text


@pytest.mark.parametrize(("theirs", "ours", "title", "next_step"), EXPECTED)
def test_the_file_says_the_same_on_a_page(token_client, serve, theirs, ours, title, next_step):
    serve({"message": "No."}, theirs, **{"Retry-After": "40"})
    page = visit(token_client, FILE, status=ours)
    assert page.one("h2", id="error-title").text == title
    assert page.link("Try again") == LIST


def test_a_refused_token_leads_to_the_page_that_mends_it_and_back(admin, token_service):
    connection = connect(admin, token_service, api.REVOKED)
    client = signed_in(admin)
    page = visit(client, f"{LIST}?q=approved", status=403)
    mending = page.link("Replace the key")
    assert mending == f"/connections/{connection.pk}/?next=%2Fconversions%2F%3Fq%3Dapproved"
    sent = {"authentication": "bearer", "key": api.ADMIN, "next": f"{LIST}?q=approved"}
    assert client.post(mending, sent)["Location"] == f"{LIST}?q=approved"
    assert visit(client, f"{LIST}?q=approved").rows


@pytest.mark.parametrize(
    ("addresses", "words"),
    [
        (
            ["203.0.113.9", "2001:db8::9"],
            "where the key was made: 203.0.113.9, 2001:db8::9.",
        ),
        ([], "ask whoever runs this site which it is."),
    ],
)
@pytest.mark.parametrize("names_an_address", [True, False])
def test_a_403_names_the_addresses_to_whitelist(
    admin, token_service, serve, settings, addresses, words, names_an_address
):
    settings.OUTGOING_ADDRESSES = addresses
    connect(admin, token_service, api.BOUND)
    if not names_an_address:
        serve({"status": "forbidden", "message": "Not for you."}, 403)
    page = visit(signed_in(admin), LIST, status=403)
    assert words in page.text
    if names_an_address:
        assert "The IP address 127.0.0.1 is not whitelisted for this token." in page.text
        assert "Your token may not be used from this address" in page.text


@pytest.mark.parametrize(
    ("fault", "ours", "title"),
    [
        ({"kind": "html"}, 502, "The API has a fault"),
        ({"kind": "reset"}, 502, "The API has a fault"),
        ({"kind": "bad_json"}, 502, "The API sent an unreadable answer"),
        ({"kind": "empty"}, 502, "The API sent an unreadable answer"),
        ({"kind": "wrong_shape", "body": {"page": 1}}, 502, "The API sent an unreadable answer"),
        ({"kind": "huge", "megabytes": 6}, 502, "The API sent an unreadable answer"),
        ({"kind": "status", "status": 302, "headers": {"Location": "http://127.0.0.1:1/"}}, 502, None),
    ],
)
def test_a_bad_day_of_the_service_is_a_page_of_ours(token_client, sandbox, fault, ours, title):
    sandbox.faults({**fault, "operation": "listConversions", "times": None})
    page = visit(token_client, LIST, status=ours)
    assert title in (None, page.one("h2", id="error-title").text)
    assert page.link("Try again") == LIST


def test_a_failure_told_with_status_200_is_a_failure(token_client, serve):
    serve({"status": "error", "code": 401, "message": "Token expired."})
    page = visit(token_client, LIST, status=403)
    assert "Token expired." in page.text
    assert page.one("h2", id="error-title").text == "Your token was refused"


def test_a_token_that_cannot_be_decrypted_asks_for_itself_again(admin, token_service, sandbox):
    connection = connect(admin, token_service)
    Connection.objects.update(encrypted_key=b"x" * 40)
    answer = signed_in(admin).get(LIST)
    assert answer["Location"].startswith(reverse("connections:edit", args=[connection.pk]))
    assert sandbox.journal("listConversions") == []


# --- The token is nowhere ---


@pytest.mark.parametrize("authentication", ["bearer", "query"])
@pytest.mark.parametrize("status", [200, 202, 401, 403, 422, 500])
def test_the_token_is_in_no_page_no_file_and_no_log(
    admin, token_service, sandbox, serve, log, authentication, status
):
    save_key(admin, token_service, authentication, Secret(CANARY))
    client = signed_in(admin)
    row = {"id": 1, CANARY: f"https://x.example/?access_token={CANARY}", "deep": {"t": [CANARY]}}
    serve({"status": "OK", "message": f"You said {CANARY}", "data": [row]}, status)
    answers = [client.get(LIST), client.get(FILE, follow=True), client.get("/connections/")]
    connection = Connection.objects.get()
    answers.append(client.post(reverse("connections:test", args=[connection.pk]), follow=True))
    for answer in answers:
        content = answer.getvalue().decode()
        assert content
        for form in (CANARY, quote(CANARY), CANARY[:12]):
            assert form not in content + str(answer.headers)
    assert CANARY not in Connection.objects.get().state_message
    assert re.search(r"listConversions GET /conversions -> \d+", log.getvalue())
    assert CANARY not in log.getvalue()
    assert sandbox.journal("listConversions")
