"""The token API of the sandbox: tokens, its errors, and the conversions it serves."""

import pytest
import requests

from apps.sandbox.token import api
from apps.sandbox.token.conversions import ROW_COUNT

pytestmark = pytest.mark.usefixtures("sandbox")


@pytest.fixture
def get(sandbox):
    """`get(token)` asks for conversions with a bearer token; None sends none."""

    def send(token: str | None = api.ADMIN, path="/conversions", method="GET", **options):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return requests.request(
            method, sandbox.origin + api.BASE_PATH + path, headers=headers, timeout=60, **options
        )

    return send


def refusal(answer):
    """Status and body of an error, after checking that the two agree."""
    body = answer.json()
    assert body.keys() == {"status", "code", "message"}
    assert body["code"] == answer.status_code
    return answer.status_code, body["status"], body["message"]


@pytest.mark.parametrize("token", [api.ADMIN, api.MANAGER])
def test_a_good_token_gets_every_conversion_by_header_and_by_query(get, token):
    by_header, by_query = get(token), get(None, params={"access_token": token})
    assert by_header.status_code == by_query.status_code == 200
    assert by_header.json() == by_query.json()
    assert len(by_header.json()["data"]) == ROW_COUNT


def test_the_rows_do_not_agree_on_their_columns(get):
    rows = get().json()["data"]
    assert len({tuple(row) for row in rows}) > 8
    assert {type(row.get("payout")) for row in rows} == {float, str, type(None)}
    assert any(isinstance(row.get("geo"), dict) for row in rows)
    assert any("<script>" in str(row.get("note")) for row in rows)


@pytest.mark.parametrize("token", [None, api.REVOKED, "somebody-elses-token"])
def test_without_a_good_token_there_is_nothing(get, token):
    status, word, message = refusal(get(token))
    assert (status, word) == (401, "unauthorized")
    assert "token" in message


def test_a_key_of_the_other_api_is_no_token(sandbox):
    answer = requests.get(
        f"{sandbox.origin}{api.BASE_PATH}/conversions", headers={"API-KEY": api.ADMIN}, timeout=10
    )
    assert refusal(answer)[0] == 401


def test_a_token_for_another_address_is_refused_and_the_address_named(get):
    assert refusal(get(api.BOUND)) == (
        403,
        "forbidden",
        "The IP address 127.0.0.1 is not whitelisted for this token.",
    )


def test_the_slow_token_is_told_twice_to_wait_and_again_after_a_reset(get, sandbox):
    assert [get(api.SLOW).status_code for _ in range(4)] == [202, 202, 200, 200]
    sandbox.reset()
    waiting = get(api.SLOW)
    assert waiting.json() == {
        "status": "accepted",
        "code": 202,
        "message": "The conversions are being prepared.",
    }


def test_other_addresses_methods_and_parameters_are_refused(get):
    assert refusal(get(path="/clicks"))[0] == 404
    assert refusal(get(method="POST"))[0] == 405
    assert refusal(get(params={"page": "2"}))[0] == 400


def test_the_journal_names_the_token_and_never_holds_it(get, sandbox):
    get(None, params={"access_token": api.ADMIN})
    get(api.REVOKED)
    entries = sandbox.journal(api.OPERATION)
    assert [(entry["key"], entry["status"]) for entry in entries] == [
        ("token-admin", 200),
        ("token-revoked", 401),
    ]
    assert api.ADMIN not in str(entries)
    assert api.REVOKED not in str(entries)


def test_faults_are_switched_for_it_like_for_any_operation(get, sandbox):
    sandbox.faults(
        {"kind": "status", "operation": "listConversions", "status": 503},
        {"kind": "bad_json", "operation": "listConversions"},
    )
    assert get().status_code == 503
    with pytest.raises(requests.JSONDecodeError):
        get().json()
    assert len(get().json()["data"]) == ROW_COUNT
