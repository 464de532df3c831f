"""The token API over real sockets: how it is asked, where its rows are found, what its errors become."""

import logging

import pytest

from apps.api.client import Client, Endpoint
from apps.api.contract.contract import builtin_contract
from apps.api.credentials import MASK, Authentication, Credential, Secret
from apps.api.errors import (
    KeyRejected,
    NotPermitted,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    ServiceFailed,
    UnreadableAnswer,
)
from apps.api.http.retry import RetryQuota
from apps.api.redaction import RedactingFormatter
from apps.api.token_api import find_rows, list_conversions, token_contract
from apps.sandbox.token import api
from tests.api.conftest import PATIENT
from tests.api.raw_server import RawServer, answer

TOKEN = "canary-token-38e896f556"
ROWS = [{"id": 1, "payout": 4.5}, {"id": 2}]


@pytest.fixture
def ask(transport):
    """`ask(behaviour, …)` gives the server and what a client of it found, or raised."""
    servers = []

    def start(*behaviours, authentication=Authentication.BEARER, prefix="/v1/"):
        server = RawServer(*behaviours)
        servers.append(server)
        endpoint = Endpoint(
            server.url + prefix, Credential(authentication, Secret(TOKEN)), token_contract(), "t"
        )
        client = Client(
            endpoint, PATIENT, transport=transport, quota=RetryQuota(), sleep=lambda seconds: None
        )
        return server, lambda: list_conversions(client)

    yield start
    for server in servers:
        server.stop()


def test_the_contract_has_one_safe_operation_and_ours_does_not_have_it():
    [operation] = token_contract().operations.values()
    assert (operation.id, operation.method, operation.path, operation.effect) == (
        "listConversions",
        "GET",
        "/conversions",
        "safe",
    )
    assert "listConversions" not in builtin_contract().operations


@pytest.mark.parametrize("prefix", ["", "/", "/v1", "/v1/"])
def test_the_call_is_the_endpoint_and_conversions(ask, prefix):
    server, find = ask(answer(200, ROWS), prefix=prefix)
    assert find().rows == ROWS
    [request] = server.requests
    assert (request.method, request.target) == ("GET", f"{prefix.rstrip('/')}/conversions")
    assert request.headers["authorization"] == f"Bearer {TOKEN}"
    assert request.headers["accept"] == "application/json"
    assert "api-key" not in request.headers


def test_the_token_is_in_the_query_only_where_that_was_chosen(ask):
    server, find = ask(answer(200, ROWS), authentication=Authentication.QUERY)
    assert find().is_ready
    [request] = server.requests
    assert request.target == f"/v1/conversions?access_token={TOKEN}"
    assert "authorization" not in request.headers


@pytest.mark.parametrize(
    "body",
    [
        ROWS,
        *({name: ROWS} for name in ("data", "conversions", "results", "items", "rows")),
        {"status": "OK", "code": 200, "data": {"conversions": ROWS, "total": 2}},
        {"status": 200, "results": {"items": ROWS}},
        {"status": "OK", "code": 0, "data": {"data": ROWS, "last_page": 1}},
        {"data": {"meta": {}}, "rows": ROWS},
        {"status": "partial", "data": ROWS},
    ],
)
def test_rows_are_found_where_services_put_them(ask, body):
    found = ask(answer(200, body))[1]()
    assert found.is_ready
    assert found.rows == ROWS
    assert found.skipped == 0


def test_what_is_no_row_is_left_out_and_counted(ask):
    found = ask(answer(200, {"data": [*ROWS, None, "x", 7, [ROWS[0]]]}))[1]()
    assert (found.rows, found.skipped) == (ROWS, 4)


@pytest.mark.parametrize("body", [[], {"data": []}, {"data": None}, {"status": "OK", "code": 0, "data": []}])
def test_no_conversions_is_an_answer_too(ask, body):
    found = ask(answer(200, body))[1]()
    assert found.is_ready
    assert found.rows == []


@pytest.mark.parametrize("body", [{}, {"status": "OK"}, {"data": {"a": {"b": ROWS}}}, "text", 7, None])
def test_an_answer_without_a_list_is_unreadable(ask, body):
    with pytest.raises(UnreadableAnswer) as raised:
        ask(answer(200, body))[1]()
    assert "no list of rows" in raised.value.user_message
    assert not raised.value.is_quoted


def test_rows_are_not_looked_for_deeper_than_one_level():
    assert find_rows({"data": {"data": {"data": ROWS}}}) is None


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (202, {"status": "accepted", "code": 202, "message": "Be patient."}),
        (202, {"message": "Be patient."}),
        (200, {"status": 202, "message": "Be patient."}),
        (200, {"code": 202, "message": "Be patient."}),
    ],
)
def test_accepted_means_not_ready_yet_with_the_wait_the_service_names(ask, status, body):
    found = ask(answer(status, body, Retry_After="17"))[1]()
    assert (found.is_ready, found.retry_after, found.message) == (False, 17, "Be patient.")


@pytest.mark.parametrize("body", [b"", b"Accepted", b"<html>soon</html>"])
def test_accepted_without_words_we_can_read_is_accepted_still(ask, body):
    found = ask(answer(202, body))[1]()
    assert (found.is_ready, found.rows, found.retry_after) == (False, [], None)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefused),
        (401, KeyRejected),
        (403, NotPermitted),
        (404, RecordNotFound),
        (409, RequestRefused),
        (422, RequestRefused),
        (429, RateLimited),
        (500, ServiceFailed),
        (503, ServiceFailed),
    ],
)
@pytest.mark.parametrize("is_told_in_the_body_alone", [False, True])
def test_every_error_says_what_the_service_said(ask, status, kind, is_told_in_the_body_alone):
    body = {"status": "failed", "code": status, "message": "This is what went wrong."}
    with pytest.raises(kind) as raised:
        ask(answer(200 if is_told_in_the_body_alone else status, body, Retry_After="40"))[1]()
    assert raised.value.user_message == "This is what went wrong."
    assert raised.value.status == status
    if isinstance(raised.value, RateLimited):
        assert raised.value.retry_after == 40


def test_a_failure_without_a_code_is_a_refusal(ask):
    with pytest.raises(RequestRefused, match="no balance"):
        ask(answer(200, {"status": "FAILED", "message": "no balance"}))[1]()


def test_a_refused_address_is_told_from_a_missing_permission(ask):
    for message, is_address in [("The IP 192.0.2.1 is not whitelisted.", True), ("Not for you.", False)]:
        with pytest.raises(NotPermitted) as raised:
            ask(answer(403, {"status": "forbidden", "message": message}))[1]()
        assert raised.value.address_refused is is_address


def test_a_server_fault_is_asked_again_and_may_pass(ask):
    server, find = ask(answer(503, {"message": "Later."}), answer(200, ROWS))
    assert find().rows == ROWS
    assert len(server.requests) == 2


@pytest.mark.parametrize("authentication", [Authentication.BEARER, Authentication.QUERY])
@pytest.mark.parametrize("status", [200, 202, 401, 403, 422, 500])
def test_a_token_that_the_service_echoes_is_shown_and_logged_nowhere(ask, caplog, authentication, status):
    body = {
        "status": "failed" if status >= 400 else "OK",
        "message": f"You said {TOKEN}",
        "data": [{TOKEN: f"a {TOKEN} b", "deep": [{"url": f"http://x/?access_token={TOKEN}"}]}],
    }
    with caplog.at_level(logging.DEBUG):
        find = ask(answer(status, body), authentication=authentication)[1]
        shown = ""
        try:
            shown = repr(vars(find()))
        except Exception as error:
            shown = f"{error} {error.user_message}"  # type: ignore[attr-defined]
    assert TOKEN not in shown
    assert MASK in shown
    lines = "\n".join(RedactingFormatter("%(name)s %(message)s").format(record) for record in caplog.records)
    assert "listConversions GET /conversions" in lines
    assert TOKEN not in lines


def test_the_sandbox_serves_what_the_client_reads(sandbox):
    credential = Credential(Authentication.BEARER, Secret(api.ADMIN))
    found = list_conversions(
        Client(Endpoint(sandbox.origin + api.BASE_PATH, credential, token_contract(), "t"))
    )
    assert len(found.rows) == 300
    assert found.is_ready
