"""What of a request reaches Django: whole bodies within their size, and only fields that are what they seem."""

import json

import pytest

from integr8admin.error_views import unread
from tests.serving.conftest import get, post

PROXIED = {"TRUSTED_PROXY_COUNT": 1, "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")}


UNDERSCORED = [
    *("X_Forwarded_For", "X-Forwarded_For", "x_forwarded_for"),
    *("X_Forwarded_Proto", "X_Forwarded_Host", "_", "A_B"),
]


def test_no_field_with_an_underscore_in_its_name_reaches_django(serve, subtests):
    server = serve(**PROXIED)
    plain = server.seen("/head/", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http")
    for name in UNDERSCORED:
        for fields in (
            (f"{name}: https", "X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http"),
            ("X-Forwarded-For: 192.0.2.1", "X-Forwarded-Proto: http", f"{name}: https"),
        ):
            with subtests.test(fields=fields):
                assert server.seen("/head/", *fields) == plain


def test_content_length_and_type_have_no_second_spelling(serve):
    body = serve().ask(post("/head/", "abc", "Content_Length: 1", "Content_Type: text/plain"))[2]
    assert json.loads(body)["body"] == "abc"


def test_nobody_is_believed_to_be_a_proxy_where_none_stands(serve):
    fields = (
        "X-Forwarded-For: 192.0.2.1",
        "X-Forwarded-Proto: https",
        "X-Forwarded-Host: evil",
        "Forwarded: for=1",
        "CF-Connecting-IP: 192.0.2.1",
        "Via: 1.1 evil",
    )
    seen = serve(TRUSTED_PROXY_COUNT=0).seen("/head/", *fields, "Proxy: evil", "X-Real-IP: 192.0.2.1")
    assert (seen["address"], seen["secure"]) == ("127.0.0.1", "False")
    assert not [
        key for key in seen if any(word in key for word in ("FORWARDED", "REAL", "CONNECTING", "VIA"))
    ]


@pytest.mark.parametrize("count, address", [(1, "192.0.2.3"), (2, "192.0.2.2"), (3, "192.0.2.1")])
def test_proxies_are_counted_from_the_right_over_all_fields_of_that_name(serve, count, address):
    server = serve(TRUSTED_PROXY_COUNT=count)
    for fields in (
        ["192.0.2.9, 192.0.2.1", "192.0.2.2,192.0.2.3"],
        ["192.0.2.9", "192.0.2.1", "192.0.2.2", "192.0.2.3"],
        ["192.0.2.9, 192.0.2.1 ,\t192.0.2.2 , 192.0.2.3"],
    ):
        assert server.seen("/head/", *(f"X-Forwarded-For: {value}" for value in fields))["address"] == address


def test_a_proxy_that_says_nonsense_leaves_the_peer_s_address(serve, subtests):
    server = serve(TRUSTED_PROXY_COUNT=1)
    for said in ["", "unknown", "192.0.2.1, _hidden", "192.0.2.1,", "1" * 5000]:
        with subtests.test(said=said):
            assert server.seen("/head/", f"X-Forwarded-For: {said}")["address"] == "127.0.0.1"


def test_fewer_proxies_than_counted_are_no_error(serve):
    seen = serve(TRUSTED_PROXY_COUNT=3).seen("/head/", "X-Forwarded-For: 192.0.2.1")
    assert seen["address"] == "127.0.0.1"


def test_the_scheme_is_what_the_nearest_proxy_said(serve):
    server = serve(**PROXIED)
    for fields in (["https", "http"], ["https, http"]):
        assert server.seen("/head/", *(f"X-Forwarded-Proto: {v}" for v in fields))["secure"] == "False"
    assert server.seen("/head/", "X-Forwarded-Proto: http", "X-Forwarded-Proto: https")["secure"] == "True"


def test_several_cookie_fields_are_one(serve):
    assert serve().seen("/head/", "Cookie: a=1", "Cookie: b=2")["HTTP_COOKIE"] == "a=1; b=2"


def test_a_trailer_is_no_field(serve):
    fields = "Host: localhost\r\nTransfer-Encoding: chunked\r\nX-Forwarded-For: 192.0.2.1"
    chunks = "3\r\nabc\r\n0\r\nX-Forwarded-For: 192.0.2.9\r\nCookie: a=1\r\n\r\n"
    seen = json.loads(
        serve(TRUSTED_PROXY_COUNT=1).ask(f"POST /head/ HTTP/1.1\r\n{fields}\r\n\r\n{chunks}")[2]
    )
    assert (seen["body"], seen["address"]) == ("abc", "192.0.2.1")
    assert "HTTP_COOKIE" not in seen


HEADS = [
    "Host: localhost\r\nContent-Length: 3\r\nTransfer-Encoding: chunked",
    "Host: localhost\r\nTransfer-Encoding: chunked\r\nContent-Length: 3",
    "Host: localhost\r\nContent-Length: 3\r\nContent-Length: 4",
    "Host: localhost\r\nContent-Length: 3\r\nContent-Length: 3",
    "Host: localhost\r\nContent-Length: +3",
    "Host: localhost\r\nContent-Length: -3",
    "Host: localhost\r\nContent-Length: 3,3",
    "Host: localhost\r\nContent-Length : 3",
    "Host: localhost\r\nContent-Length: 99999999999999999999999",
    "Host: localhost\r\nTransfer-Encoding: chunked, identity",
    "Host: localhost\r\nTransfer-Encoding: xchunked",
    "Host: localhost\r\nX-Forwarded-For : 192.0.2.1\r\nContent-Length: 3",
    "Host: localhost\r\nX: a\r\n folded\r\nContent-Length: 3",
    "Host: localhost\r\nX: a\x00b\r\nContent-Length: 3",
    "Host: localhost\r\nHost: evil\r\nContent-Length: 3",
    "Host: localhost\r\nContent-Length: 3\r\n" + "\r\n".join(f"X-{n}: a" for n in range(150)),
    "Host: localhost\r\nContent-Length: 3\r\nX: " + "a" * 70_000,
]


def test_a_head_that_two_readers_could_read_differently_is_refused(serve, subtests):
    server = serve()
    for head in HEADS:
        with subtests.test(head=head[:100]):
            answer = server.wire(f"POST /head/ HTTP/1.1\r\n{head}\r\n\r\nabc{get('/page/')}").all()
            assert answer.startswith((b"HTTP/1.1 400", b"HTTP/1.1 413"))
            assert answer.count(b"HTTP/1.1 ") == 1


REQUEST_LINES = [
    "GET /p\xe4ge/ HTTP/1.1",
    "GET /page/ HTTP/9.9",
    "get /page/ HTTP/1.1",
    "X",
]


def test_what_is_no_request_is_refused(serve, subtests):
    server = serve()
    for line in REQUEST_LINES:
        with subtests.test(line=line):
            assert server.wire(f"{line}\r\nHost: localhost\r\n\r\n").all().startswith(b"HTTP/1.1 400")


def test_a_wish_for_another_protocol_is_passed_over(serve, subtests):
    server = serve()
    for wish in ("Upgrade: websocket", "Upgrade: h2c", "Connection: Upgrade, HTTP2-Settings"):
        with subtests.test(wish=wish):
            fields = ("Connection: Upgrade", wish, "Sec-WebSocket-Version: 13", "Sec-WebSocket-Key: eA==")
            assert server.get("/page/", *fields)[::2] == (200, b"page")
    tunnel = server.wire("CONNECT 192.0.2.1:443 HTTP/1.1\r\nHost: localhost\r\n\r\n").all()
    assert tunnel.startswith((b"HTTP/1.1 400", b"HTTP/1.1 404"))


def test_requests_that_come_together_are_answered_in_turn(serve):
    wire = serve().wire(post("/head/", "abc") + get("/page/") + get("/page/", "Connection: close"))
    answers = wire.all()
    assert answers.count(b"HTTP/1.1 200") == 3
    assert answers.index(b"abc") < answers.index(b"page")


def test_a_chunked_body_arrives_whole_and_its_path_decoded(serve):
    chunks = "3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n"
    status, _, body = serve().ask(
        f"POST /head/?a=%C3%A9 HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n{chunks}"
    )
    assert (status, json.loads(body)["body"]) == (200, "abcde")


def test_a_head_request_gets_no_body_and_closes_the_stream(serve):
    server = serve()
    for path in ("/page/", "/endless/"):
        wire = server.wire(f"HEAD {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
        assert wire.all().endswith(b"\r\n\r\n")


def test_a_large_answer_arrives_whole(serve):
    status, fields, body = serve(SLOW_CLIENT_SECONDS=5).get("/large/")
    assert (status, int(fields["content-length"]), len(body)) == (200, 30_000_000, 30_000_000)


MULTIPART = "Content-Type: multipart/form-data; boundary=x"


def test_a_body_over_the_limit_is_refused_in_words_whatever_it_is(serve, subtests):
    server = serve()
    body = "a" * 30_000
    for kind in (MULTIPART, "Content-Type: application/x-www-form-urlencoded", "Content-Type: a/b"):
        chunked = f"POST /form/ HTTP/1.1\r\nHost: localhost\r\n{kind}\r\nTransfer-Encoding: chunked"
        for request in (post("/form/", body, kind), f"{chunked}\r\n\r\n7530\r\n{body}\r\n0\r\n\r\n"):
            with subtests.test(request=request[:150]):
                answer = server.wire(request).all()
                assert answer.startswith(b"HTTP/1.1 413")
                assert b"more than can be sent at once" in answer
                assert b"content-security-policy" in answer.lower()


@pytest.mark.parametrize(("path", "most"), [("/preferences/", "1.9"), ("/imports/to/publishers/", "10.0")])
def test_the_refusal_says_how_much_that_page_takes(rf, path, most):
    assert f"up to {most}\xa0MB" in unread(rf.post(path), 413).content.decode()


def test_a_browser_reads_the_refusal_of_what_it_is_still_sending(serve):
    wire = serve().wire(post("/form/", "a" * 8_000_000))
    assert b"more than can be sent at once" in wire.all()


def test_who_asks_first_is_told_before_anything_is_sent(serve):
    server = serve()
    refused = server.wire(post("/form/", "", "Expect: 100-continue", length=5_000_000))
    assert refused.socket.recv(12) == b"HTTP/1.1 413"
    accepted_headers = server.wire(post("/head/", "", "Expect: 100-continue", length=3))
    assert accepted_headers.socket.recv(25) == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert json.loads(accepted_headers.send("abc").answer()[2])["body"] == "abc"


def test_no_file_of_a_form_is_taken(serve):
    parts = (
        '--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n'
        '--x\r\nContent-Disposition: form-data; name="f"; filename="f.txt"\r\n\r\nfile\r\n--x--\r\n'
    )
    seen = json.loads(serve().ask(post("/form/", parts, MULTIPART))[2])
    assert seen == {"fields": {"a": "1"}, "files": []}


def test_the_health_check_has_the_headers_of_every_answer(serve):
    _, fields, _ = serve().get("/healthz")
    for name in ("content-security-policy", "x-content-type-options", "x-frame-options", "referrer-policy"):
        assert name in fields
    # It is no page: it loads and sends nothing.
    policy = fields["content-security-policy"]
    assert "default-src 'none'" in policy and "'self'" not in policy


def test_the_health_check_knows_neither_host_nor_https(serve):
    server = serve(SECURE_SSL_REDIRECT=True, ALLOWED_HOSTS=["desk.example.com"])
    assert server.ask("GET /healthz HTTP/1.1\r\nHost: 10.0.0.7\r\n\r\n")[0] == 200
