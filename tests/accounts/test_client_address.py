"""Where a request comes from."""

import pytest
from django.test import RequestFactory

from apps.accounts.client_address import client_address, client_network

factory = RequestFactory()


@pytest.mark.parametrize(
    ("peer", "address"),
    [
        ("192.0.2.1", "192.0.2.1"),
        (" 192.0.2.1 ", "192.0.2.1"),
        ("192.0.2.1:4711", "192.0.2.1"),
        ("2001:DB8::1", "2001:db8::1"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("", None),
        ("unknown", None),
        ("192.0.2.300", None),
        ("desk.example.com:80", None),
        ("192.0.2.1:port", None),
    ],
)
def test_an_address_is_read_without_its_port_and_zone(peer, address):
    assert client_address(factory.get("/", REMOTE_ADDR=peer)) == address


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.7", "192.0.2.1"),
        (1, "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (2, "203.0.113.9, 198.51.100.7:4711", "203.0.113.9"),
        (2, "198.51.100.7", "192.0.2.1"),
        (1, "198.51.100.7, nonsense", "192.0.2.1"),
    ],
)
def test_a_forwarded_address_counts_as_far_as_there_are_proxies_of_ours(
    settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXY_COUNT = proxies
    request = factory.get("/", REMOTE_ADDR="192.0.2.1", HTTP_X_FORWARDED_FOR=forwarded)
    assert client_address(request) == address


@pytest.mark.parametrize(
    ("address", "network"), [("192.0.2.1", "192.0.2.1"), ("2001:db8:1:2:3::4", "2001:db8:1:2::"), ("", "")]
)
def test_an_ipv6_network_counts_as_one_client(address, network):
    assert client_network(factory.get("/", REMOTE_ADDR=address)) == network
