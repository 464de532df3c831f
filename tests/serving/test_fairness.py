"""One person's or one network's slow requests leave threads to others, over real HTTP."""

import pytest

from apps.accounts.client_address import SIGNED_IN_PERSON
from tests.serving.conftest import get, post

PROXIED = {"TRUSTED_PROXY_COUNT": 1, "WEB_THREADS": 8, "REQUESTS_PER_PERSON": 3, "REQUESTS_PER_GUEST": 2}


def as_person(name: str) -> tuple[str, ...]:
    """The fields of somebody who is signed in."""
    return (f"Cookie: a=b; session={name}", "X-Forwarded-For: 192.0.2.1")


def from_network(address: str) -> tuple[str, ...]:
    """The fields of a guest."""
    return (f"X-Forwarded-For: {address}",)


def flood(server, amount: int, fields: tuple[str, ...]) -> list:
    """So many requests that do not end by themselves."""
    return [server.wire(get("/stuck/", *fields)) for _ in range(amount)]


def refused(wires: list) -> list:
    """The answers of those that are told to come back, which come at once."""
    return [wire.answer() for wire in wires]


@pytest.fixture
def known(serve):
    """A server that has seen Ada and Max open something with their cookies."""
    server = serve(**PROXIED)
    for name in ("ada", "max"):
        assert server.get(f"/who/?{name}", *as_person(name))[0] == 200
    return server


def test_fifty_slow_requests_of_one_person_leave_the_others_theirs(known):
    # Three are worked on, twelve wait.
    flood(known, 15, as_person("ada"))
    for status, fields, body in refused(flood(known, 35, as_person("ada"))):
        assert status == 429
        assert fields["retry-after"] == "5"
        assert fields["content-type"].startswith("text/html")
        assert b"Too many requests at once" in body
        assert "default-src 'none'" in fields["content-security-policy"]
    for fields in (as_person("max"), from_network("192.0.2.7"), from_network("2001:db8::1")):
        assert known.get("/page/", *fields)[0] == 200
    # Also from a second browser, and beside those that wait.
    assert known.get("/healthz")[0] == 200


def test_what_waits_gets_its_turn_when_another_ends(known):
    from tests.serving import site

    wires = flood(known, 6, as_person("ada"))
    site.released.set()
    assert [wire.answer()[0] for wire in wires] == [200] * 6


def test_two_sessions_of_one_person_share_what_is_theirs(known):
    assert known.get("/who/?ada", *as_person("ada-at-home"))[0] == 200
    flood(known, 15, as_person("ada"))
    assert known.ask(get("/page/", *as_person("ada-at-home")))[0] == 429


def test_made_up_cookies_count_for_their_network(known):
    for number in range(10):
        flood(known, 1, (f"Cookie: session=made-up-{number}", "X-Forwarded-For: 192.0.2.9"))
    assert known.get("/page/", "Cookie: session=made-up-11", "X-Forwarded-For: 192.0.2.9")[0] == 429
    assert known.get("/page/", *from_network("192.0.2.10"))[0] == 200


def test_a_network_of_guests_is_one_whole_ipv6_network(known):
    flood(known, 10, from_network("2001:db8:1:2::1"))
    assert known.get("/page/", *from_network("2001:db8:1:2:ffff::9"))[0] == 429
    assert known.get("/page/", *from_network("2001:db8:1:3::1"))[0] == 200


def test_guests_of_all_networks_leave_half_to_those_who_work_here(known):
    for number in range(20):
        flood(known, 2, from_network(f"198.51.100.{number}"))
    for name in ("ada", "max"):
        assert known.get("/page/", *as_person(name))[0] == 200


def test_who_signed_out_is_a_guest_again(known):
    assert known.get("/who/?", *as_person("ada"))[0] == 200
    flood(known, 10, from_network("192.0.2.1"))
    assert known.get("/page/", *as_person("ada"))[0] == 429
    assert known.get("/page/", *as_person("max"))[0] == 200


def test_no_field_of_a_request_names_a_person(known):
    name = SIGNED_IN_PERSON
    flood(known, 10, (f"{name}: max", f"X-{name}: max", "X-Forwarded-For: 192.0.2.44"))
    assert known.get("/page/", *from_network("192.0.2.44"))[0] == 429
    assert known.get("/page/", *as_person("max"))[0] == 200


@pytest.mark.django_db
def test_django_says_who_is_signed_in(admin, admin_client):
    assert admin_client.get("/preferences/").wsgi_request.META[SIGNED_IN_PERSON] == str(admin.pk)
    admin_client.logout()
    assert admin_client.get("/account/login/").wsgi_request.META[SIGNED_IN_PERSON] == ""


@pytest.mark.parametrize("form", ["/account/login/", "/invitations/made-up/"])
def test_one_network_does_not_fill_the_queue_of_sign_ins(serve, form):
    # Two threads of eight for such forms; one of them, and twelve places to wait, for one network.
    server = serve(**{**PROXIED, "WEB_THREADS": 8})
    from tests.serving import site

    stuck = [server.wire(post(form, "", *from_network("192.0.2.9"))) for _ in range(13)]
    for wire in [server.wire(post(form, "", *from_network("192.0.2.9"))) for _ in range(20)]:
        status, fields, body = wire.answer()
        assert (status, fields["retry-after"]) == (429, "5")
        assert b"Too many requests at once" in body
    assert server.ask(post("/account/done/", "", *from_network("192.0.2.10")))[0] == 200
    assert server.ask(post("/account/done/", "", *from_network("2001:db8::1")))[0] == 200
    # A page of the same network is no form.
    assert server.get("/page/", *from_network("192.0.2.9"))[0] == 200
    site.released.set()
    assert [wire.answer()[0] for wire in stuck] == [200] * 13


def test_somebody_signed_in_has_a_turn_beside_the_sign_ins_of_their_network(known):
    for _ in range(13):
        known.wire(post("/account/login/", "", *from_network("192.0.2.1")))
    assert known.ask(post("/account/login/", "", *from_network("192.0.2.1")))[0] == 429
    assert known.ask(post("/account/done/", "", *as_person("ada")))[0] == 200
