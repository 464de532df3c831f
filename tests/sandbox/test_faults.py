"""The fault plan: every kind of bad answer, with and without the effect; control addresses; the journal."""

import socket
import threading
import time

import pytest
import requests
from requests.exceptions import ChunkedEncodingError, ReadTimeout
from requests.exceptions import ConnectionError as ConnectionLost

OFFERS = "/integrations/int-eu/offers"
NEW = {"name": "Made under a fault", "advertiser_id": 101}


def _count(call) -> int:
    return call("GET", "/integrations/int-eu/offers?filter[name]=Made under a fault").json()["meta"][
        "total_count"
    ]


def test_a_status_comes_instead_of_the_effect(call, sandbox):
    sandbox.faults(
        {"kind": "status", "operation": "createOffer", "status": 503, "headers": {"Retry-After": "7"}}
    )
    answer = call("POST", OFFERS, json=NEW)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "7")
    assert _count(call) == 0
    assert call("POST", OFFERS, json=NEW).status_code == 200


def test_a_status_comes_after_the_effect_when_asked_so(call, sandbox):
    rule = {
        "kind": "status",
        "operation": "createOffer",
        "status": 422,
        "when": "after",
        "body": {"errors": ["no"]},
    }
    sandbox.faults(rule)
    answer = call("POST", OFFERS, json=NEW)
    assert (answer.status_code, answer.json()) == (422, {"errors": ["no"]})
    assert _count(call) == 1
    assert sandbox.journal("createOffer")[0]["fault"] == "status"


@pytest.mark.parametrize(("kind", "effects"), [("reset", 0), ("close", 0), ("reset_after_effect", 1)])
def test_a_lost_connection_with_and_without_the_effect(kind, effects, call, sandbox):
    sandbox.faults({"kind": kind, "operation": "createOffer"})
    with pytest.raises(ConnectionLost):
        call("POST", OFFERS, json=NEW)
    assert _count(call) == effects


@pytest.mark.parametrize("kind", ["short_body", "drip", "stall"])
def test_answers_that_do_not_arrive_whole(kind, sandbox):
    sandbox.faults({"kind": kind, "operation": "listOffers", "seconds": 2})
    headers = {"API-KEY": sandbox.admin_key}
    with pytest.raises((ChunkedEncodingError, ConnectionLost, ReadTimeout)):
        requests.get(f"{sandbox.base_url}{OFFERS}", headers=headers, timeout=0.3)


def test_a_drip_arrives_in_the_end(call, sandbox):
    sandbox.faults({"kind": "drip", "operation": "getUser", "seconds": 0.0001})
    assert call("GET", "/users/usr-main-001").json()["data"]["id"] == "usr-main-001"


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("empty", b""),
        ("bad_json", b'{"data": [{"id": 1,'),
        ("wrong_shape", b'{"data": "not what was asked for"}'),
        ("html", b"<!doctype html>"),
    ],
)
def test_bodies_that_are_not_the_answer(kind, content, call, sandbox):
    sandbox.faults({"kind": kind, "operation": "listOffers"})
    answer = call("GET", OFFERS)
    assert answer.content.startswith(content)
    assert answer.status_code == (502 if kind == "html" else 200)
    assert "data" in call("GET", OFFERS).json()


def test_a_huge_body(call, sandbox):
    sandbox.faults({"kind": "huge", "operation": "listOffers", "megabytes": 3})
    assert len(call("GET", OFFERS).content) > 3_000_000


def test_times_skip_and_the_star(call, sandbox):
    sandbox.faults({"kind": "status", "status": 500, "skip": 1, "times": 2})
    statuses = [call("GET", "/users").status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    sandbox.faults({"kind": "status", "status": 429, "times": None})
    assert [call("GET", "/users").status_code for _ in range(3)] == [429] * 3


def test_latency(call, sandbox):
    sandbox.latency(120)
    started = time.monotonic()
    call("GET", "/users")
    assert time.monotonic() - started >= 0.12


def test_a_request_rate_limit(call, sandbox):
    sandbox.settings(requests_per_second=2)
    answers = [call("GET", "/users") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert answers[2].headers["Retry-After"] == "1"


def test_the_control_addresses(call, sandbox):
    control = f"{sandbox.origin}/_sandbox"
    assert requests.get(f"{control}/healthz", timeout=60).json() == {"status": "ok"}
    rules = [{"kind": "status", "operation": "listUsers", "status": 500}]
    assert requests.post(f"{control}/faults", json=rules, timeout=60).status_code == 200
    assert call("GET", "/users").status_code == 500
    assert requests.post(f"{control}/latency", json={"milliseconds": 1}, timeout=60).status_code == 200
    assert requests.get(f"{control}/settings", timeout=60).json()["latency_milliseconds"] == 1
    entries = requests.get(f"{control}/journal?since=0", timeout=60).json()["entries"]
    assert [(entry["operation"], entry["status"], entry["key"]) for entry in entries] == [
        ("listUsers", 500, "admin")
    ]
    call("DELETE", "/users/usr-main-003")
    assert requests.post(f"{control}/reset", timeout=60).status_code == 200
    assert requests.get(f"{control}/journal", timeout=60).json() == {"entries": []}
    assert call("GET", "/users/usr-main-003").status_code == 200


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("faults", [{"kind": "earthquake"}]),
        ("faults", [{"operation": "listUsers"}]),
        ("faults", [{"kind": "reset", "colour": "red"}]),
        ("settings", {"colour": 1}),
        ("settings", {"exports_per_day": -1}),
        ("latency", {}),
    ],
)
def test_a_wrong_control_request_is_refused(name, body, sandbox):
    assert requests.post(f"{sandbox.origin}/_sandbox/{name}", json=body, timeout=60).status_code == 400


def test_connections_are_kept_alive_and_end_with_the_server(sandbox):
    with socket.create_connection(("127.0.0.1", sandbox.server.server_port), timeout=60) as connection:
        for _ in range(2):
            connection.sendall(
                f"GET /api/v2/users HTTP/1.1\r\nHost: x\r\nAPI-KEY: {sandbox.admin_key}\r\n\r\n".encode()
            )
            head = connection.recv(65536)
            while b'"meta"' not in head:
                head += connection.recv(65536)
            assert head.startswith(b"HTTP/1.1 200")


def test_parallel_writes_all_count(call, sandbox):
    def make() -> None:
        for _ in range(10):
            headers = {"API-KEY": sandbox.admin_key}
            requests.post(f"{sandbox.base_url}{OFFERS}", json=NEW, headers=headers, timeout=60)

    threads = [threading.Thread(target=make) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert _count(call) == 60
    created = [entry["effect"] for entry in sandbox.journal("createOffer")]
    assert len(set(created)) == 60
