import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.answers.error_bodies import UNQUOTABLE, ErrorBody, plain, read_error
from apps.api.answers.html_to_text import without_markup
from apps.api.answers.outcomes import FailedAnswer, read_answer
from apps.api.contract.contract import builtin_contract
from apps.api.credentials import Secret
from apps.api.errors import ApiError, NotPermitted, RequestRefused

FIELDS = ("name", "email", "description", "default_payout")


@pytest.mark.parametrize(
    "body, message, fields",
    [
        ({"message": "No."}, "No.", {}),
        ({"error": "No."}, "No.", {}),
        ({"error": {"message": "No.", "code": 7}}, "No.", {}),
        ({"status": 400, "code": 12, "message": "No."}, "No.", {}),
        ({"detail": "No."}, "No.", {}),
        ("No.", "No.", {}),
        ({"errors": ["One.", "Two."]}, "One.; Two.", {}),
        ({"errors": "One."}, "One.", {}),
        (
            {"message": "Bad", "errors": {"name": ["is empty", "is odd"]}},
            "Bad",
            {"name": ["is empty", "is odd"]},
        ),
        ({"errors": {"name": "is empty"}}, "name: is empty", {"name": ["is empty"]}),
        ({"errors": {"description": "is long"}}, "description: is long", {"description": ["is long"]}),
        ({"errors": {"data.name": ["x"]}}, "name: x", {"name": ["x"]}),
        ({"errors": {"body": {"data": {"email": {"message": "x"}}}}}, "email: x", {"email": ["x"]}),
        (
            {"errors": {"default_payout": {"payout": ["x"]}}},
            "default_payout.payout: x",
            {"default_payout.payout": ["x"]},
        ),
        ({"errors": [{"field": "email", "message": "x"}]}, "email: x", {"email": ["x"]}),
        (
            {"errors": [{"source": {"pointer": "/data/attributes/name"}, "detail": "x"}]},
            "name: x",
            {"name": ["x"]},
        ),
        ({"detail": [{"loc": ["body", "name"], "msg": "x"}]}, "name: x", {"name": ["x"]}),
        ({"error": {"errors": {"name": ["x"]}}}, "name: x", {"name": ["x"]}),
        ({"message": "", "errors": {"other": ["x"]}}, "other: x", {"other": ["x"]}),
        ({"data": []}, "", {}),
        (None, "", {}),
        ([], "", {}),
        ({"message": "<b>No</b>"}, "No", {}),
        (
            {"message": "The <b>payout</b> is too high.<br/>Lower it."},
            "The payout is too high. Lower it.",
            {},
        ),
        ({"errors": {"name": ["<p>is &lt;odd&gt;</p>"]}}, "name: is <odd>", {"name": ["is <odd>"]}),
        ({"message": "must be a <number> < 5 & more"}, "must be a <number> < 5 & more", {}),
        ({"message": "<script>alert(1)</SCRIPT ><!-- x -->No."}, "No.", {}),
        ({"message": "No. <img src=x onerror=alert(1)"}, "No.", {}),
        ({"message": "a\u0000b\n c\u2028d\u202e"}, "a\ufffdb c d", {}),
    ],
)
def test_a_servers_words_are_found(body: object, message: str, fields: dict[str, list[str]]) -> None:
    assert read_error(json.dumps(body).encode(), FIELDS) == ErrorBody(message, fields)


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>502 Bad Gateway</body></html>", b"\xff\xfe", b"{", b'["cut of']
)
def test_a_body_that_is_no_json_says_nothing(body: bytes) -> None:
    assert read_error(body, FIELDS) == ErrorBody()


def test_a_plain_text_is_its_own_sentence() -> None:
    assert read_error(b"Try again\nlater", FIELDS) == ErrorBody("Try again later")


def test_markup_around_a_plain_body_is_not_shown() -> None:
    assert read_error(b"<b>Payout</b> is too high", FIELDS) == ErrorBody("Payout is too high")


def test_a_key_that_markup_breaks_is_masked_all_the_same() -> None:
    secret = Secret("k3y-of-somebody")
    told = read_error(json.dumps({"message": "The key k3y-<b>of</b>-somebody is bad"}).encode())
    assert secret.reveal() not in told.message


@pytest.mark.parametrize("unit", ["<a", "<a ", "<script>", "<b></b>", "<!--", "</", "<style></STYLE>", "<"])
def test_a_text_of_markup_is_read_in_a_time_that_grows_with_its_length(unit: str) -> None:
    def seconds(count: int) -> float:
        started = time.process_time()
        without_markup(unit * count)
        return time.process_time() - started

    seconds(100)
    assert seconds(40_000) < 40 * max(seconds(4_000), 0.001)


def test_a_field_keeps_its_place_when_its_message_is_markup_alone() -> None:
    body = {"errors": {"name": ["<br>"]}}
    assert read_error(json.dumps(body).encode(), FIELDS).field_errors == {"name": [UNQUOTABLE]}


def test_details_are_read_like_errors() -> None:
    body = {"error": {"details": {"name": ["is taken"]}}}
    assert read_error(json.dumps(body).encode(), FIELDS).field_errors == {"name": ["is taken"]}


def test_a_long_sentence_is_cut_to_300_characters() -> None:
    message = read_error(json.dumps({"message": "x" * 5000}).encode()).message
    assert len(message) == 300
    assert message.endswith("…")


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(
                    ["errors", "error", "message", "detail", "field", "loc", "name", "data", "0", ""]
                ),
                inner,
                max_size=4,
            )
        ),
        max_leaves=20,
    )
)
def test_any_shape_is_read_without_failing(body: object) -> None:
    told = read_error(json.dumps(body).encode(), FIELDS)
    assert len(told.message) <= 300
    assert all(messages and all(messages) for messages in told.field_errors.values())


def refused(status: int, body: object, operation_id: str = "createPublisher") -> ApiError:
    operation = builtin_contract().operation(operation_id)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(FailedAnswer) as caught:
        read_answer(operation, status, {}, content, "r-1")
    return caught.value.error


def test_an_errors_text_begins_with_operation_and_request_id() -> None:
    error = refused(422, {"message": "Name is taken"})
    assert str(error) == "createPublisher [r-1] RequestRefused 422: Name is taken"
    assert error.user_message == "Name is taken"


@pytest.mark.parametrize(
    "status", [400, 401, 402, 403, 404, 409, 410, 418, 422, 429, 500, 502, 503, 504, 599]
)
def test_an_html_page_is_answered_with_our_own_sentence(status: int) -> None:
    error = refused(status, b"<!doctype html><title>evil</title>", "listOffers")
    assert error.user_message.endswith(".")
    assert "<" not in error.user_message
    assert error.status == status


@pytest.mark.parametrize(
    "message, is_address",
    [
        ("Your IP address 10.0.0.1 is not allowed", True), ("ip not whitelisted", True), ("not white-listed", True),
        ("You may not ship this", False), ("No permission", False),
    ],
)  # fmt: skip
def test_a_403_tells_whether_our_address_is_the_reason(message: str, is_address: bool) -> None:
    error = refused(403, {"message": message})
    assert isinstance(error, NotPermitted)
    assert error.address_refused is is_address


def test_field_errors_reach_the_error() -> None:
    error = refused(422, {"errors": {"data.name": ["is empty"]}})
    assert isinstance(error, RequestRefused)
    assert error.field_errors == {"name": ["is empty"]}


@pytest.mark.parametrize("number", ["&#" + "1" * 5000 + ";", "&#x" + "f" * 5000 + ";", "&#" + "9" * 12])
def test_an_endless_number_of_a_letter_breaks_no_reading(number):
    assert plain(f"<b>The name{number} is too long.</b>").startswith("The name")


def test_a_body_of_many_long_messages_is_read_in_part():
    body = json.dumps({"errors": {f"f{number}": "<a" * 10_000 for number in range(200)}}).encode()
    assert len(read_error(body).field_errors) < 5
