"""Slow clients: they lose their connection, and nobody else waits for them."""

import time

from tests.serving import site
from tests.serving.conftest import PATIENCE_SECONDS, get, post


def seconds(work):
    started = time.monotonic()
    work()
    return time.monotonic() - started


def test_pages_and_health_are_answered_while_bodies_hang(serve):
    server = serve(SLOW_CLIENT_SECONDS=60, REQUEST_BODY_SECONDS=60)
    for _ in range(30):
        server.wire(post("/page/", "a", length=19_000))
    for _ in range(30):
        server.wire("GET /page/ HTTP/1.1\r\nHost: loc")
    for path, body in (("/page/", b"page"), ("/healthz", b"ok")):
        assert server.get(path)[::2] == (200, body)


def test_a_body_below_the_rate_is_refused_in_words_and_the_connection_ends(serve):
    server = serve()
    wire = server.wire(post("/page/", "a", length=19_000))
    answer = wire.all()
    assert answer.startswith(b"HTTP/1.1 408")
    assert b"did not arrive in time" in answer


def test_a_body_that_drips_in_nothing_but_chunk_heads_is_refused(serve):
    wire = serve().wire("POST /page/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n5;a=")
    for _ in range(3):
        wire.send("b" * 50)
    assert wire.all().startswith(b"HTTP/1.1 408")


def test_a_body_that_uses_up_no_patience_still_ends_at_its_deadline(serve):
    server = serve(REQUEST_BODY_SECONDS=0.6, SLOW_CLIENT_SECONDS=60)
    assert server.wire(post("/page/", "a", length=19_000)).all().startswith(b"HTTP/1.1 408")


def test_a_body_in_pieces_within_the_rate_arrives_whole(serve):
    wire = serve(SLOW_CLIENT_SECONDS=60, REQUEST_BODY_SECONDS=60).wire(post("/head/", "", length=6_000))
    for _ in range(6):
        wire.send("a" * 1000)
    status, _, body = wire.answer()
    assert status == 200
    assert b"a" * 6000 in body


def test_a_slow_head_and_a_silent_connection_end_at_their_deadline(serve):
    server = serve()
    wires = [server.wire(start) for start in ("", "GET /page/ HT", "GET /page/ HTTP/1.1\r\nX: a", "\r\n")]
    reused = server.wire(get("/page/"))
    reused.answer()
    reused.send("GET /pa")
    assert seconds(lambda: [wire.all() for wire in [*wires, reused]]) < 30


def test_stalled_readers_hold_no_page_back_and_are_ended(serve):
    server = serve(WEB_THREADS=2)
    stalled = []
    for path in ["/endless/"] * 6 + ["/large/"] * 3:
        stalled.append(server.wire(get(path)))
        stalled[-1].socket.recv(1000)
    assert server.get("/page/")[0] == 200
    assert site.closed.wait(PATIENCE_SECONDS)
    for wire in stalled[:6]:
        assert not wire.all().endswith(b"0\r\n\r\n")


def test_a_stream_ends_after_its_time_however_quickly_it_is_read(serve):
    answer = serve(STREAM_SECONDS=0.3).wire(get("/endless/")).all()
    assert answer.startswith(b"HTTP/1.1 200")
    assert not answer.endswith(b"0\r\n\r\n")


def test_a_slow_source_is_not_the_readers_fault(serve):
    wire = serve(SLOW_CLIENT_SECONDS=0.2).wire(get("/drip/", "Connection: close"))
    answer = wire.all()
    assert answer.count(b"drop") == 6
    assert answer.endswith(b"0\r\n\r\n")


def test_a_stream_that_breaks_off_is_not_taken_for_whole(serve):
    answer = serve().wire(get("/broken/")).all()
    assert not answer.endswith(b"0\r\n\r\n")


def test_what_is_streamed_is_closed_when_its_reader_goes_away(serve):
    server = serve(SLOW_CLIENT_SECONDS=30)
    wire = server.wire(get("/endless/"))
    wire.socket.recv(1000)
    wire.close()
    assert site.closed.wait(PATIENCE_SECONDS)


def test_health_is_answered_while_every_thread_works(serve):
    server = serve(WEB_THREADS=2)
    waiting = [server.wire(get("/stuck/")) for _ in range(5)]
    assert server.get("/healthz")[::2] == (200, b"ok")
    site.released.set()
    assert [wire.answer()[0] for wire in waiting] == [200] * 5


def test_pages_do_not_stand_behind_sign_ins(serve):
    server = serve(WEB_THREADS=4, TRUSTED_PROXY_COUNT=1)
    waiting, refused = [
        [server.wire(post("/account/login/", "", f"X-Forwarded-For: 192.0.2.{number}")) for number in numbers]
        for numbers in (range(1, 8), [8])
    ]
    assert server.get("/page/")[0] == 200
    status, _, body = refused[0].answer()
    assert (status, b"Wait a few seconds" in body) == (503, True)
    site.released.set()
    assert [wire.answer()[0] for wire in waiting] == [200] * 7


def test_more_requests_than_can_wait_are_refused_in_words(serve):
    server = serve(WEB_THREADS=2, WEB_WAITING_SECONDS=0.2, TRUSTED_PROXY_COUNT=1)
    working = server.wire(get("/stuck/", "X-Forwarded-For: 192.0.2.1"))
    status, fields, body = server.get("/page/", "X-Forwarded-For: 192.0.2.2")
    assert status == 503
    assert fields["retry-after"] == "5"
    assert b"Wait a few seconds, then try again" in body
    site.released.set()
    assert working.answer()[0] == 200


def test_one_guest_gets_so_many_files_at_a_time_and_a_place_comes_back(serve):
    server = serve(SLOW_CLIENT_SECONDS=30, TRUSTED_PROXY_COUNT=1)
    taken = [server.wire(get("/guest/", "X-Forwarded-For: 192.0.2.1")) for _ in range(2)]
    for wire in taken:
        wire.socket.recv(1000)
    status, fields, body = server.get("/guest/", "X-Forwarded-For: 192.0.2.1")
    assert (status, fields["retry-after"]) == (429, "10")
    assert b"is downloading 2 files already" in body
    other = server.wire(get("/guest/", "X-Forwarded-For: 192.0.2.2"))
    assert other.socket.recv(12) == b"HTTP/1.1 200"
    taken[0].close()
    assert site.closed.wait(PATIENCE_SECONDS)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while server.wire(get("/guest/", "X-Forwarded-For: 192.0.2.1")).socket.recv(12) != b"HTTP/1.1 200":
        assert time.monotonic() < deadline


def test_guests_leave_places_for_people(serve):
    server = serve(SLOW_CLIENT_SECONDS=30, TRUSTED_PROXY_COUNT=1)
    for number in range(4):
        server.wire(get("/guest/", f"X-Forwarded-For: 192.0.2.{number}")).socket.recv(1000)
    status, _, body = server.get("/guest/", "X-Forwarded-For: 192.0.2.99")
    assert status == 503
    assert b"Many files" in body


def test_idle_connections_give_their_place_to_new_ones(serve):
    server = serve(CONNECTIONS_AT_ONCE=20, REQUEST_HEAD_SECONDS=30)
    for _ in range(30):
        server.wire()
    assert server.get("/page/")[0] == 200
