import contextlib
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.contract.contract import Operation, builtin_contract
from apps.api.credentials import Authentication, Credential, Secret
from apps.api.errors import ForeignOrigin, KeyRejected
from apps.api.http.protocol import UndecodableBody, build_request, decode, encode

BASE = "https://api.app.integr8.co/api/v2"
KEY = "canary-key-5f1e0c8d77"


def key(authentication: Authentication, text: str = KEY) -> Credential:
    return Credential(authentication, Secret(text))


@pytest.mark.parametrize(
    "authentication, header, value",
    [(Authentication.API_KEY, "API-KEY", KEY), (Authentication.BEARER, "Authorization", f"Bearer {KEY}")],
)
def test_a_key_goes_into_one_header_only(authentication: Authentication, header: str, value: str) -> None:
    request = build_request(builtin_contract().operation("listUsers"), BASE, key(authentication), {})
    assert request.headers[header] == value
    assert [v for v in request.headers.values() if KEY in v] == [value]
    assert KEY not in request.url


def test_a_key_goes_into_the_query_where_no_header_can_be_sent() -> None:
    operation = builtin_contract().operation("listUsers")
    request = build_request(operation, BASE, key(Authentication.QUERY), {}, [("sort", "a")])
    assert request.url == f"{BASE}/users?sort=a&access_token={KEY}"
    assert not any(KEY in value for value in request.headers.values())
    assert KEY not in repr(request)


@pytest.mark.parametrize("authentication", Authentication)
def test_an_open_operation_gets_no_key(authentication: Authentication) -> None:
    operation = builtin_contract().operation("getSharedExportUrl")
    request = build_request(operation, BASE, key(authentication), {}, [("token", "t")])
    assert KEY not in request.url + str(request.headers)


@pytest.mark.parametrize("text", ["", "a\r\nX-Evil: 1", "kéy", "a b\n", "a\x00b"])
def test_a_key_that_no_header_can_carry_is_rejected_without_being_shown(text: str) -> None:
    with pytest.raises(KeyRejected) as caught:
        build_request(builtin_contract().operation("listUsers"), BASE, key(Authentication.BEARER, text), {})
    assert not text or text not in str(caught.value)


@pytest.mark.parametrize(
    "base, path",
    [
        ("https://api.example", "@evil.example/x"),
        ("https://api.example", "//evil.example/x"),
        ("https://api.example", "https://evil.example/x"),
        ("https://api.example", ".evil.example/x"),
        ("https://api.example/v2", "/../../x"),
    ],
)
def test_no_path_of_a_contract_leads_to_another_host(base: str, path: str) -> None:
    operation = Operation("odd", "T", "S", "get", "safe", "GET", path)
    assert build_request(operation, base, key(Authentication.API_KEY), {}).url.startswith(
        "https://api.example/"
    )


def test_another_origin_is_refused_before_sending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.api.http.protocol.filled_path", lambda operation, path: "x")
    monkeypatch.setattr("apps.api.http.protocol.origin", lambda url: url)
    with pytest.raises(ForeignOrigin):
        build_request(builtin_contract().operation("listUsers"), BASE, key(Authentication.API_KEY), {})


def test_ids_stay_one_segment_of_the_path() -> None:
    operation = builtin_contract().operation("getOffer")
    request = build_request(operation, BASE, None, {"integrationID": "../users", "offerID": ".."})
    assert request.url == f"{BASE}/integrations/..%2Fusers/offers/%2E%2E"


@pytest.mark.parametrize("path", [{}, {"userID": ""}])
def test_a_missing_path_value_is_an_error_of_ours(path: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="userID"):
        build_request(builtin_contract().operation("deleteUser"), BASE, None, path)


def test_numbers_with_a_fraction_keep_every_digit() -> None:
    assert decode(b'{"a": 0.1, "b": 10.00, "c": 3}') == {"a": Decimal("0.1"), "b": Decimal("10.00"), "c": 3}


def test_a_number_beyond_measure_stays_its_text() -> None:
    assert decode(b"[1e400, 1e-999, 5e10]") == ["1e400", "1e-999", Decimal("5e10")]
    assert decode(b"[" + b"9" * 5000 + b"]") == ["9" * 5000]


@pytest.mark.parametrize(
    "body", [b"NaN", b"[Infinity]", b"-Infinity", b"", b"{", b"<html>", b"[" * 100_000, b"\x00"]
)
def test_what_is_not_strict_json_is_refused(body: bytes) -> None:
    with pytest.raises(UndecodableBody) as caught:
        decode(body)
    assert "<html" not in str(caught.value)


def test_64_levels_are_read_and_65_are_not() -> None:
    assert decode(b"[" * 64 + b"]" * 64)
    with pytest.raises(UndecodableBody):
        decode(b"[" * 65 + b"]" * 65)


def test_text_that_no_page_or_database_takes_is_replaced() -> None:
    data = decode(b'\xef\xbb\xbf{"a\\u0000": ["\\ud800x", "\\ud83d\\ude00", "\xff"]}')
    assert data == {"a\ufffd": ["\ufffdx", "\U0001f600", "\ufffd"]}


def test_a_decimal_is_sent_back_as_the_same_number() -> None:
    assert encode({"payout": Decimal("0.1"), "n": None}) == b'{"payout":0.1,"n":null}'


@pytest.mark.parametrize(
    "number",
    [
        "0.1",
        "5.00",
        "12345678901234567890.1234",
        "99999999999999999999",
        "0.1000000000000000055511151231257827",
        "0.0000001",
        "-0.00",
        "1E+300",
        "1E-300",
        "3",
    ],
)
def test_a_number_is_sent_back_with_just_its_digits(number):
    body = f'{{"a":{number},"b":[{{"c":{number}}}]}}'.encode()
    assert encode(decode(body)) == body


@pytest.mark.parametrize("text", ["é\u2028\x00", "\U0001f468\u200d", '"\\', "5.00"])
def test_texts_stay_texts(text):
    assert decode(encode({"a": text})) == {"a": text.replace("\x00", "\ufffd")}


@pytest.mark.parametrize("value", [float("nan"), object(), b"x", Decimal("NaN")])
def test_what_has_no_json_form_is_not_sent(value: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        encode({"a": value})


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_any_json_decodes_to_storable_text(value: object) -> None:
    decoded = decode(json.dumps(value).encode())
    json.dumps(decoded, ensure_ascii=False).encode("utf-8")


@given(st.binary(max_size=200))
def test_any_bytes_decode_or_are_refused(body: bytes) -> None:
    with contextlib.suppress(UndecodableBody):
        json.dumps(decode(body), default=str, ensure_ascii=False).encode("utf-8")
