import ssl
from collections.abc import Callable
from functools import partial

import pytest

from apps.api.client import configure
from apps.api.http.allowed_hosts import HostRefused, check_base_url, public_address
from apps.api.http.downloads import DownloadFailed, DownloadRefused, open_download
from apps.api.http.public_ips import is_public
from tests.api.conftest import Certificate, Rig
from tests.api.raw_server import RawServer, answer, raw, silence

ALLOWED = (
    "api.app.integr8.co",
    "intranet.example:8443",
    "plain.example:8080",
    "127.0.0.1",
    "localhost",
    "::1",
)
PLAIN = ["plain.example"]
OWN = "https://api.app.integr8.co/api/v2"


@pytest.mark.parametrize(
    "url, normalised",
    [
        ("https://api.app.integr8.co/api/v2/", "https://api.app.integr8.co/api/v2"),
        (" HTTPS://API.App.Integr8.co:443 ", "https://api.app.integr8.co"),
        ("https://intranet.example:8443/x", "https://intranet.example:8443/x"),
        ("http://plain.example:8080", "http://plain.example:8080"),
        ("http://127.0.0.1:8123/api/v2", "http://127.0.0.1:8123/api/v2"),
        ("http://localhost", "http://localhost"),
        ("http://[::1]:81/a", "http://[::1]:81/a"),
    ],
)
def test_a_listed_address_is_normalised(url: str, normalised: str) -> None:
    assert check_base_url(url, ALLOWED, PLAIN) == normalised
    assert check_base_url(normalised, ALLOWED, PLAIN) == normalised


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "api.app.integr8.co", "//api.app.integr8.co", "ftp://api.app.integr8.co", "file:///etc/passwd",
        "javascript:alert(1)", "http://api.app.integr8.co", "https://api.app.integr8.co:22",
        "https://api.app.integr8.co:8443", "http://api.app.integr8.co:443", "https://intranet.example",
        "https://intranet.example:443", "http://plain.example", "https://evil.example",
        "https://api.app.integr8.co@evil.example/", "https://user:pw@api.app.integr8.co",
        "https://@api.app.integr8.co",
        "https://api.app.integr8.co.evil.example", "https://xapi.app.integr8.co", "https://integr8.co",
        "https://api.app.integr8.co%2eevil.example", "https://api.app.integr8.co\\@evil.example",
        "https://evil.example\\.api.app.integr8.co", "https://api.app.integr8.co/\r\nX: 1",
        "https://api.app.integr8.co\t/",
        "https://api。app.integr8.co", "https://аpi.app.integr8.co", "https://api.app.integr8.co./", "https://",
        "https://:443", "https://api.app.integr8.co:0", "https://api.app.integr8.co:99999",
        "https://api.app.integr8.co:x",
        "https://api.app.integr8.co/?", "https://api.app.integr8.co/?a=1", "https://api.app.integr8.co/#x",
        "https://api.app.integr8.co/a/../b", "https://api.app.integr8.co/./", "https://api.app.integr8.co//x",
        "https://api.app.integr8.co/%2e%2e/", "http://127.1/", "http://0x7f.1", "http://2130706433", "http://0",
        "http://[::ffff:127.0.0.1]", "http://[::]", "http://[::1", "http://169.254.169.254/",
        "https://10.0.0.1",
        "https://127.0.0.1.nip.io", "https://*", "https://[api.app.integr8.co]",
    ],
)  # fmt: skip
def test_any_other_address_is_refused_in_a_plain_sentence(url: str) -> None:
    with pytest.raises(HostRefused) as caught:
        check_base_url(url, ALLOWED, PLAIN)
    assert str(caught.value).endswith(".")


def test_with_an_empty_list_nothing_may_be_called() -> None:
    for allowed in ((), ("",), ("http://x",), ("[",)):
        with pytest.raises(HostRefused):
            check_base_url("http://127.0.0.1", allowed)


@pytest.mark.parametrize(
    "address",
    [
        "8.8.8.8",
        "1.1.1.1",
        "2606:4700::1111",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2a00:1450:4001::200e",
        "2400:cb00::1",
        "2001:4860:4860::8888",
        "168.63.129.17",
        "192.0.1.1",
    ],
)
def test_a_public_address_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.1.2.3",
        "224.0.0.1",
        "255.255.255.255", "192.0.2.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1", "2002:7f00:1::", "64:ff9b::7f00:1", "64:ff9b::a00:1", "x", "",
        # IPv4 inside IPv6: compatible, translated, of a local translator, 6to4, Teredo, ISATAP
        "::127.0.0.1", "::8.8.8.8", "::ffff:0:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b:1::7f00:1",
        "64:ff9b:1::808:808",
        "64:ff9b::a9fe:a9fe", "64:ff9b::168.63.129.16", "::ffff:168.63.129.16", "::ffff:192.0.0.192",
        "2002:808:808::1",
        "2002:a00:1::", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2a00:1450::5efe:7f00:1",
        "2a00:1450::200:5efe:a00:1",
        # special, reserved and not given out
        "fec0::1", "feff::1", "fe80::", "febf::1", "fd00:ec2::254", "fd20:ce::254", "fc00::", "fdff::1",
        "5f00::1", "5fff::",
        "3fff::1", "3fff:fff::1", "3ffe::1", "3000::1", "2001:db8::1", "2001:2::1", "2001:3::1",
        "2001:4:112::1", "2001:10::1",
        "2001:20::1", "2001:30::1", "2001:1::1", "2620:4f:8000::1", "100::1", "100:0:0:1::1", "200::1",
        "400::1", "4000::1",
        "8000::1", "ff0e::1", "2d00::1", "2e00::1", "::2", "0:0:1::1",
        "192.0.0.1", "192.0.0.9", "192.0.0.10", "192.0.0.170", "192.0.0.192", "192.31.196.1", "192.52.193.1",
        "192.88.99.1",
        "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "240.0.0.1",
        "239.1.1.1", "100.127.0.1",
        # clouds' metadata
        "168.63.129.16", "100.100.100.200", "169.254.170.2", "161.26.0.10", "166.9.0.1",
        # zones and spellings
        "2606:4700::1111%eth0", "2606:4700::1111%1", "fe80::1%25eth0", "8.8.8.8%1", "8.8.8.8 ", "08.8.8.8",
        "8.8.2056", "0x08080808",
        "134744072", "[2606:4700::1111]", "2606:4700::1111/64",
    ],
)  # fmt: skip
def test_any_other_address_is_not_public(address: str) -> None:
    assert not is_public(address)


def _answer_of(found: list[str], host: str, port: int) -> list[str]:
    return found


def test_one_private_address_refuses_a_host_and_so_does_none() -> None:
    for found in (["8.8.8.8", "10.0.0.1"], ["::ffff:10.0.0.1"], list[str]()):
        with pytest.raises(HostRefused):
            public_address("x.example", 443, partial(_answer_of, found))
    assert public_address("x.example", 443, lambda host, port: ["8.8.8.8", "1.1.1.1"]) == "8.8.8.8"


Start = Callable[..., Rig]


def test_a_file_of_the_services_own_host_is_streamed_without_key_or_cookie(rig: Start) -> None:
    started = rig(answer(200, b"a,b\n" * 50_000, Content_Type="text/csv", Set_Cookie="a=b"))
    with open_download(f"{started.server.url}/file.csv?sig=canary", f"{started.server.url}/api") as download:
        assert download.status == 200
        assert download.headers["content-type"] == "text/csv"
        assert b"".join(download.chunks) == b"a,b\n" * 50_000
    (request,) = started.server.requests
    assert request.target == "/file.csv?sig=canary"
    assert set(request.headers) == {"host", "accept-encoding", "user-agent"}


def test_a_listed_host_is_fetched_too(rig: Start) -> None:
    started = rig(answer(200, b"x"))
    with open_download(f"{started.server.url}/f", OWN, [f"127.0.0.1:{started.server.port}"]) as download:
        assert list(download.chunks) == [b"x"]


@pytest.mark.parametrize(
    "url", ["https://files.example/f", "https://listed.example:8443/f", "https://x.listed.example/f"]
)
def test_where_hosts_are_listed_every_other_is_refused_however_public(url: str) -> None:
    looked_up: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return ["8.8.8.8"]

    with pytest.raises(DownloadRefused, match="DOWNLOAD_ALLOWED_HOSTS"):
        open_download(url, OWN, ["listed.example", "listed.example:444"], resolve=resolve)
    assert not looked_up


@pytest.mark.parametrize(
    "url",
    [
        "https://{0}/f?sig=canary", "http://{0}/f?sig=canary", "https://localhost:{1}/f?sig=canary",
        "https://[::ffff:127.0.0.1]:{1}/f?sig=canary", "https://127.1:{1}/f?sig=canary",
        "https://2130706433:{1}/f?sig=canary", "https://api.app.integr8.co@{0}/f?sig=canary",
        "https://nowhere.invalid/f?sig=canary", "file:///etc/passwd?sig=canary", "ftp://{0}/?sig=canary",
        "//{0}/f?sig=canary", "https://{0}\\@api.app.integr8.co/f?sig=canary", "https://{0}/\r\nsig=canary",
        "http://api.app.integr8.co/f?sig=canary", "", "canary",
    ],
)  # fmt: skip
def test_a_private_or_unprotected_address_is_refused_and_never_connected_to(rig: Start, url: str) -> None:
    started = rig(answer(200, b"secret"))
    with pytest.raises(DownloadRefused) as caught:
        open_download(url.format(f"127.0.0.1:{started.server.port}", started.server.port), OWN)
    assert started.server.connections == 0
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_the_connection_goes_to_the_address_that_was_checked(
    rig: Start, certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = rig(answer(200, b"x"), tls=certificate.context)
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    monkeypatch.setattr("apps.api.http.allowed_hosts.is_public", lambda address: address == "127.0.0.1")
    monkeypatch.setattr("apps.api.http.downloads.certifi.where", lambda: str(certificate.path))
    url = f"https://files.example:{started.server.port}/f"
    with open_download(url, OWN, resolve=lambda host, port: next(answers)) as download:
        assert list(download.chunks) == [b"x"]
    assert started.server.requests[0].headers["host"] == f"files.example:{started.server.port}"
    with pytest.raises(DownloadRefused):
        open_download(url, OWN, resolve=lambda host, port: next(answers))
    assert started.server.connections == 1


def test_a_certificate_for_another_name_fails(rig: Start, certificate: Certificate, monkeypatch) -> None:
    started = rig(answer(200, b"x"), tls=certificate.context)
    monkeypatch.setattr("apps.api.http.allowed_hosts.is_public", lambda address: True)
    monkeypatch.setattr("apps.api.http.downloads.certifi.where", lambda: str(certificate.path))
    with pytest.raises(DownloadFailed, match=ssl.SSLCertVerificationError.__name__):
        open_download(
            f"https://other.example:{started.server.port}/f", OWN, resolve=lambda host, port: ["127.0.0.1"]
        )
    assert started.server.requests == []


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(rig: Start, status: int) -> None:
    with RawServer(answer(200, b"secret")) as other:
        started = rig(answer(status, b"", Location=f"{other.url}/canary"))
        with pytest.raises(DownloadFailed) as caught:
            open_download(f"{started.server.url}/f", started.server.url)
        assert other.connections == 0
        assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "behaviour",
    [
        raw(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"),
        raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab"),
    ],
    ids=["short", "broken chunk"],
)
def test_a_file_that_breaks_off_says_so(rig: Start, behaviour) -> None:
    started = rig(behaviour)
    download = open_download(f"{started.server.url}/f?sig=canary", started.server.url)
    with pytest.raises(DownloadFailed) as caught:
        list(download.chunks)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "behaviour", [silence, raw(b"junk\r\n"), raw()], ids=["silence", "no http", "closed"]
)
def test_a_host_that_does_not_answer_fails_without_the_address(rig: Start, behaviour) -> None:
    started = rig(behaviour)
    with pytest.raises(DownloadFailed) as caught:
        open_download(f"{started.server.url}/f?sig=canary", started.server.url, read_timeout=0.1)
    assert "canary" not in str(caught.value)
    assert caught.value.__context__ is None


def test_a_configured_proxy_is_asked_for_a_tunnel_to_the_checked_address(
    rig: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = rig(answer(403, b""))
    configure(proxy=proxy.server.url)
    try:
        with pytest.raises(DownloadFailed):
            open_download("https://files.example/f?sig=canary", OWN, resolve=lambda host, port: ["8.8.8.8"])
    finally:
        configure()
    assert [(r.method, r.target) for r in proxy.server.requests] == [("CONNECT", "8.8.8.8:443")]


def test_http_is_for_hosts_that_may_be_reached_unencrypted():
    with pytest.raises(HostRefused, match="Use https"):
        check_base_url("http://plain.example:8080", ALLOWED)
