"""The fault matrix over real sockets: how often a call is sent, and what it ends as."""

import gzip
import threading
import time
import tracemalloc
from collections.abc import Callable
from dataclasses import replace

import pytest

from apps.api.client import JOB, READ, Client, Created, Deadline
from apps.api.credentials import Authentication, Credential, Secret
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    ServiceFailed,
    Unreachable,
    UnreadableAnswer,
)
from apps.api.http.transport import Network, Transport
from tests.api.conftest import KEY, PATIENT, QUICK, Certificate, Rig
from tests.api.raw_server import RawServer, answer, drip, raw, reset_after, silence

#: Seconds that a call may last on the whole; what ends by itself ends long before.
PATIENCE = 60.0
Start = Callable[..., Rig]
EMPTY_PAGE = {"data": [], "meta": {"total_count": 0, "total_page": 0}}
OK_HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"


def read(client: Client) -> object:
    return client.list("listPublishers")


def change(client: Client) -> object:
    return client.call("updatePublisher", {"publisherID": "5"}, payload={"name": "N"})


def create(client: Client) -> Created:
    return client.create("createPublisher", {}, {"name": "N"})


def make_export(client: Client) -> Created:
    return client.start_export("downloadClicks", {"integrationID": "1"}, [("fields", "offer_id")])


# fault: behaviour, what a read ends as, sends of a read, sends of a change (a create is sent once, always)
UNKNOWN_FAULTS = {
    "reset before an answer": (reset_after(), ServiceFailed, 3, 2),
    "reset in the body": (reset_after(OK_HEAD + b'{"data"'), ServiceFailed, 3, 2),
    "closed before an answer": (raw(), ServiceFailed, 3, 2),
    "short content-length": (raw(OK_HEAD, b'{"data": []}'), ServiceFailed, 3, 2),
    "broken chunk": (
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"), ServiceFailed, 3, 2,
    ),
    "html 502": (answer(502, b"<html><h1>Bad gateway</h1></html>"), ServiceFailed, 3, 2),
    "json 500": (answer(500, {"message": "boom"}), ServiceFailed, 3, 2),
    "bad json": (answer(200, b'{"data": ['), UnreadableAnswer, 2, 2),
    "html 200": (answer(200, b"<html>Login</html>"), UnreadableAnswer, 2, 2),
    "not a number": (answer(200, b'{"data": [{"id": NaN}]}'), UnreadableAnswer, 2, 2),
    "deep nesting": (answer(200, b"[" * 90_000), UnreadableAnswer, 2, 2),
    "damaged gzip": (answer(200, b"no gzip", Content_Encoding="gzip"), UnreadableAnswer, 2, 2),
    "gzip bomb": (
        answer(200, gzip.compress(b"0" * 20_000_000), Content_Encoding="gzip"), UnreadableAnswer, 1, 1,
    ),
    "huge body": (answer(200, b" " * 300_000), UnreadableAnswer, 1, 1),
    "redirect": (answer(302, b"", Location="http://127.0.0.1:1/"), UnreadableAnswer, 1, 1),
    "odd status": (answer(999, b"{}"), UnreadableAnswer, 1, 1),
    "no http": (raw(b"SSH-2.0-OpenSSH\r\n"), ServiceFailed, 3, 2),
}  # fmt: skip


@pytest.mark.parametrize("fault", UNKNOWN_FAULTS)
def test_a_read_is_repeated_only_where_it_can_help(rig: Start, fault: str) -> None:
    behaviour, expected, sends, _ = UNKNOWN_FAULTS[fault]
    started = rig(behaviour)
    with pytest.raises(expected) as caught:
        read(started.client)
    assert caught.value.is_quoted == (fault == "json 500")
    assert len(started.server.requests) == sends
    assert len(started.waits) == sends - 1
    assert "<" not in caught.value.user_message and caught.value.request_id


@pytest.mark.parametrize("fault", UNKNOWN_FAULTS)
def test_a_change_whose_outcome_is_unknown_is_for_the_caller_to_look_up(rig: Start, fault: str) -> None:
    started = rig(UNKNOWN_FAULTS[fault][0])
    with pytest.raises(OutcomeUnknown):
        change(started.client)
    assert len(started.server.requests) == 1


def test_an_id_cannot_turn_one_deletion_into_the_bulk_one(rig: Start) -> None:
    started = rig(answer(200, b"{}"))
    with pytest.raises(RecordNotFound):
        started.client.delete("deleteOffer", {"integrationID": "int-eu", "offerID": "bulk"})
    assert started.server.requests == []


@pytest.mark.parametrize("make", [create, make_export])
@pytest.mark.parametrize("fault", UNKNOWN_FAULTS)
def test_what_creates_is_never_resent_when_its_outcome_is_unknown(rig: Start, fault: str, make) -> None:
    started = rig(UNKNOWN_FAULTS[fault][0])
    with pytest.raises(OutcomeUnknown):
        make(started.client)
    assert len(started.server.requests) == 1
    assert started.waits == []


@pytest.mark.parametrize("fault", UNKNOWN_FAULTS)
@pytest.mark.parametrize("action", [read, change, create])
def test_a_job_sends_once_and_never_waits(rig: Start, fault: str, action) -> None:
    started = rig(
        UNKNOWN_FAULTS[fault][0],
        profile=replace(JOB, maximum_bytes=200_000),
    )
    with pytest.raises(ApiError):
        action(started.client)
    assert len(started.server.requests) == 1
    assert started.waits == []


@pytest.mark.parametrize(
    "status, expected",
    [
        (400, RequestRefused), (401, KeyRejected), (402, RequestRefused), (403, NotPermitted),
        (404, RecordNotFound), (405, RequestRefused), (410, RecordNotFound), (422, RequestRefused),
    ],
)  # fmt: skip
@pytest.mark.parametrize("action", [read, change, create, make_export])
def test_a_refusal_is_final(rig: Start, status: int, expected: type[ApiError], action) -> None:
    started = rig(answer(status, {"message": "No, because."}, X_Request_Id="their-7"))
    with pytest.raises(expected) as caught:
        action(started.client)
    assert len(started.server.requests) == 1
    assert caught.value.user_message == "No, because."
    assert (caught.value.status, caught.value.request_id) == (status, "their-7")


def test_a_conflict_on_a_change_is_final_and_says_so(rig: Start) -> None:
    started = rig(answer(409, {"message": "changed"}))
    with pytest.raises(RequestRefused) as caught:
        change(started.client)
    assert caught.value.is_conflict
    assert len(started.server.requests) == 1


@pytest.mark.parametrize("action, sends", [(read, 3), (change, 2), (create, 2)])
def test_a_short_rate_limit_is_waited_out(rig: Start, action, sends: int) -> None:
    started = rig(answer(429, {"message": "slow down"}, Retry_After="2"))
    with pytest.raises(RateLimited) as caught:
        action(started.client)
    assert caught.value.retry_after == 2
    assert started.waits == [2.0] * (sends - 1)
    assert len(started.server.requests) == sends


@pytest.mark.parametrize("action", [read, change, create])
def test_a_long_rate_limit_is_told_at_once(rig: Start, action) -> None:
    started = rig(answer(429, {}, Retry_After="42"))
    with pytest.raises(RateLimited) as caught:
        action(started.client)
    assert caught.value.retry_after == 42
    assert started.waits == []


@pytest.mark.parametrize("hint", ["soon", "-5", "", "nan"])
def test_a_rate_limit_with_a_useless_hint_backs_off(rig: Start, hint: str) -> None:
    started = rig(answer(429, {}, Retry_After=hint), answer(200, EMPTY_PAGE))
    read(started.client)
    assert started.waits == [1.0]


@pytest.mark.parametrize("action, sends", [(read, 3), (change, 2), (create, 2)])
def test_a_refused_connection_was_not_sent(rig: Start, action, sends: int) -> None:
    started = rig(answer())
    started.server.stop()
    with pytest.raises(Unreachable):
        action(started.client)
    assert started.server.requests == []
    assert len(started.waits) == sends - 1


@pytest.mark.parametrize(
    "action, expected", [(read, ServiceFailed), (change, OutcomeUnknown), (create, OutcomeUnknown)]
)
def test_silence_ends_within_the_time_between_bytes(rig: Start, action, expected) -> None:
    started = rig(silence, profile=QUICK)
    started.client.deadline = Deadline(PATIENCE)
    begun = time.monotonic()
    with pytest.raises(expected):
        action(started.client)
    assert time.monotonic() - begun < PATIENCE / 2


@pytest.mark.parametrize(
    "head, part",
    [
        (OK_HEAD, b" "),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
        (b"HTTP/1.1 20", b"0"),
    ],
    ids=["body", "chunks", "header", "status line"],
)
def test_a_slow_drip_is_cut_at_the_attempts_end(rig: Start, head: bytes, part: bytes) -> None:
    ended = threading.Event()
    started = rig(drip(head, part, 0.02, ended), profile=QUICK)
    started.client.deadline = Deadline(PATIENCE)
    begun = time.monotonic()
    with pytest.raises(ServiceFailed):
        read(started.client)
    ended.set()
    assert 0.25 * 3 < time.monotonic() - begun < PATIENCE / 2
    assert len(started.server.requests) == 3


def test_an_idle_connection_closed_by_the_server_costs_a_read_one_repeat(rig: Start) -> None:
    started = rig(answer(200, EMPTY_PAGE), raw(), answer(200, EMPTY_PAGE))
    read(started.client)
    read(started.client)
    assert [request.connection for request in started.server.requests] == [1, 1, 2]


def test_reads_reuse_a_connection_and_creates_never_do(rig: Start) -> None:
    started = rig(answer(200, {"data": [], "created_item_id": "9"}))
    read(started.client)
    assert create(started.client).record_id == "9"
    read(started.client)
    create(started.client)
    assert [request.connection for request in started.server.requests] == [1, 2, 1, 3]


def test_a_redirect_takes_no_key_to_another_host(rig: Start) -> None:
    with RawServer(answer(200, EMPTY_PAGE)) as other:
        for status in (301, 302, 303, 307, 308):
            started = rig(answer(status, b"", Location=f"{other.url}/api/v2/publishers"))
            for action in (read, change, create):
                with pytest.raises(ApiError):
                    action(started.client)
        assert other.connections == 0


def test_a_cookie_is_never_sent_back(rig: Start) -> None:
    started = rig(answer(200, EMPTY_PAGE, Set_Cookie="session=abc; Path=/"))
    for _ in range(3):
        read(started.client)
    assert len(started.server.requests) == 3
    assert not any("cookie" in request.headers for request in started.server.requests)


def test_two_keys_on_one_connection_are_never_mixed(rig: Start) -> None:
    started = rig(answer(200, EMPTY_PAGE))
    first = started.client.endpoint
    other = replace(first, credential=Credential(Authentication.BEARER, Secret("other-key-123")))
    second = Client(other, PATIENT, transport=started.client._transport)
    for _ in range(3):
        read(started.client)
        read(second)
    headers = [request.headers for request in started.server.requests]
    assert [("api-key" in h, "authorization" in h) for h in headers] == [(True, False), (False, True)] * 3
    assert {h["api-key"] for h in headers[::2]} == {KEY}
    assert {h["authorization"] for h in headers[1::2]} == {"Bearer other-key-123"}


def test_the_environment_and_netrc_change_nothing(rig: Start, monkeypatch, tmp_path) -> None:
    (tmp_path / ".netrc").write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    started = rig(answer(200, EMPTY_PAGE))
    read(started.client)
    assert "authorization" not in started.server.requests[0].headers


def test_a_shared_reports_address_is_asked_without_a_key(rig: Start) -> None:
    for authentication in Authentication:
        started = rig(answer(200, {"url": "https://files.example/x?sig=1"}), authentication=authentication)
        address = started.client.signed_url("getSharedExportUrl", [("artifact_name", "a"), ("token", "t")])
        assert address == "https://files.example/x?sig=1"
        (request,) = started.server.requests
        assert KEY not in repr(request)


def test_a_delete_that_finds_nothing_at_once_is_not_found(rig: Start) -> None:
    started = rig(answer(404, {"message": "not found"}))
    with pytest.raises(RecordNotFound):
        started.client.delete("deletePublisher", {"publisherID": "5"})


@pytest.mark.parametrize("status, body", [(202, {}), (204, b""), (200, {}), (200, b"")])
def test_a_change_is_done_by_any_success(rig: Start, status: int, body: object) -> None:
    started = rig(answer(status, body))
    assert change(started.client).data in ({}, None)  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "status, body",
    [
        (200, {}),
        (202, {}),
        (204, b""),
        (200, b""),
        (201, {"created_item_id": ""}),
        (200, []),
        (200, {"id": None}),
    ],
)
def test_a_create_without_an_id_is_unknown(rig: Start, status: int, body: object) -> None:
    for make in (create, make_export):
        with pytest.raises(OutcomeUnknown):
            make(rig(answer(status, body)).client)


@pytest.mark.parametrize(
    "body", [{"created_item_id": "12"}, {"created_item_id": 12}, {"data": {"id": "12"}}, {"id": 12}]
)
def test_a_create_gives_the_id_as_text(rig: Start, body: object) -> None:
    assert create(rig(answer(200, body)).client).record_id == "12"
    assert make_export(rig(answer(200, body)).client).record["id"] == "12"


@pytest.mark.parametrize("body", [[], "text", 5, None, {}, {"data": None}, {"data": {}}, {"data": "x"}])
def test_a_list_of_another_shape_is_unreadable_and_not_repeated(rig: Start, body: object) -> None:
    started = rig(answer(200, body))
    with pytest.raises(UnreadableAnswer):
        read(started.client)
    assert len(started.server.requests) == 1


def test_a_decompression_bomb_takes_no_memory(rig: Start) -> None:
    started = rig(answer(200, gzip.compress(b"0" * 50_000_000), Content_Encoding="gzip"))
    tracemalloc.start()
    try:
        with pytest.raises(UnreadableAnswer):
            read(started.client)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_an_outage_spends_the_quota_and_then_no_repeat_is_sent(rig: Start) -> None:
    started = rig(answer(503, b""))
    for _ in range(30):
        with pytest.raises(ServiceFailed):
            read(started.client)
    # 100 tokens at 5 a repeat are 20 repeats.
    assert len(started.server.requests) == 30 + 20


def test_a_passed_deadline_sends_nothing(rig: Start) -> None:
    started = rig(answer(200, EMPTY_PAGE))
    started.client.deadline = Deadline(0)
    with pytest.raises(Unreachable):
        read(started.client)
    assert started.server.requests == []


def test_an_untrusted_certificate_is_not_tried_again(rig: Start, certificate: Certificate) -> None:
    started = rig(answer(200, EMPTY_PAGE), tls=certificate.context)
    for action in (read, change, create):
        with pytest.raises(Unreachable):
            action(started.client)
    assert started.waits == []
    assert started.server.requests == []


def test_a_certificate_of_the_configured_bundle_is_trusted(rig: Start, certificate: Certificate) -> None:
    started = rig(answer(200, EMPTY_PAGE), tls=certificate.context)
    transport = Transport(Network(ca_bundle=str(certificate.path)))
    trusting = Client(started.client.endpoint, PATIENT, transport=transport)
    read(trusting)
    read(trusting)
    assert [request.connection for request in started.server.requests] == [1, 1]


def test_a_slow_drip_over_tls_is_cut_too(rig: Start, certificate: Certificate) -> None:
    ended = threading.Event()
    started = rig(drip(OK_HEAD, b" ", 0.02, ended), tls=certificate.context)
    transport = Transport(Network(ca_bundle=str(certificate.path)))
    trusting = Client(started.client.endpoint, QUICK, Deadline(PATIENCE), transport=transport)
    begun = time.monotonic()
    with pytest.raises(ServiceFailed):
        read(trusting)
    ended.set()
    assert time.monotonic() - begun < PATIENCE / 2


def test_a_proxy_that_cannot_connect_leaves_the_call_not_sent(rig: Start, certificate: Certificate) -> None:
    target = rig(answer(200, EMPTY_PAGE), tls=certificate.context)
    proxy = rig(answer(502, b""))
    transport = Transport(Network(proxy=proxy.server.url))
    client = Client(target.client.endpoint, PATIENT, transport=transport, sleep=lambda _: None)
    for action in (read, change, create):
        with pytest.raises(Unreachable):
            action(client)
    assert {request.method for request in proxy.server.requests} == {"CONNECT"}
    assert KEY not in repr(proxy.server.requests)


@pytest.mark.parametrize("action", [read, change, create])
def test_a_page_without_a_word_waits_no_longer_than_a_second(rig: Start, action) -> None:
    for hint, waits in (("2", []), ("1", [1.0])):
        started = rig(answer(429, {}, Retry_After=hint), profile=READ)
        with pytest.raises(RateLimited) as caught:
            action(started.client)
        assert caught.value.retry_after == float(hint)
        assert started.waits == waits
