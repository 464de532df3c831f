"""How often one network may do something."""

import time

import pytest
from django.test import RequestFactory

from apps.shares.rate_limit import Rate, count_request

RATE = Rate(3, 60)


def taken(address, action="page", times=1):
    request = RequestFactory().get("/", REMOTE_ADDR=address)
    return [count_request(request, action, RATE) for _ in range(times)]


def test_a_network_gets_its_amount_and_no_more():
    assert taken("192.0.2.1", times=5) == [True, True, True, False, False]


def test_each_network_and_each_action_is_counted_for_itself():
    taken("192.0.2.1", times=3)
    assert taken("192.0.2.2") == [True]
    assert taken("192.0.2.1", "file") == [True]


def test_the_addresses_of_one_ipv6_network_share_a_rate():
    assert [taken(f"2001:db8::{number}")[0] for number in range(1, 5)] == [True, True, True, False]


@pytest.mark.parametrize(("seconds", "is_free"), [(59, False), (61, True)])
def test_a_request_counts_for_as_long_as_the_rate_says(monkeypatch, seconds, is_free):
    taken("192.0.2.1", times=3)
    later = time.time() + seconds
    monkeypatch.setattr("time.time", lambda: later)
    assert taken("192.0.2.1") == [is_free]
