"""A 429 of one process keeps every process from calling with that key, and no other key."""

import os
import re
import subprocess
import sys
import time

import pytest
from django.core.cache import cache

from apps.api.client import JOB
from apps.api.errors import RateLimited
from apps.api.http.rate_limit_pauses import LONGEST_PAUSE_SECONDS
from apps.connections.clients import client_for
from apps.connections.rate_limit_pauses import CachedPauses
from tests.services.stand import ROOT

#: What another process does when it gets a 429 with the same key.
_OTHER_PROCESS = """
import sys
from apps.connections.rate_limit_pauses import CachedPauses
CachedPauses().begin(sys.stdin.read(), 42.0)
"""
LIST = ("listOffers", {"integrationID": "int-eu"})


@pytest.fixture
def client(admin_connection):
    return client_for(admin_connection, profile=JOB)


def test_a_pause_that_another_process_was_asked_for_is_kept_here(client, sandbox, settings):
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", _OTHER_PROCESS],
        cwd=ROOT,
        # What stands in the cache is signed: the processes of a site have one key.
        env=os.environ | {"EMAIL_URL": "console://", "SECRET_KEY": settings.SECRET_KEY},
        input=client.endpoint.identity,
        text=True,
        check=True,
    )
    with pytest.raises(RateLimited) as caught:
        client.list(*LIST)
    assert 30 < (caught.value.retry_after or 0) <= 42
    assert sandbox.journal() == []


def test_a_429_pauses_the_key_and_its_page_says_for_how_long(admin_client, sandbox):
    sandbox.faults(
        {"kind": "status", "status": 429, "headers": {"Retry-After": "42"}, "operation": "listOffers"}
    )
    for _ in range(2):
        response = admin_client.get("/integrations/int-eu/offers/")
        assert response.status_code == 429
        assert b"asks us to wait 4" in response.content
    assert len(sandbox.journal("listOffers")) == 1


def test_another_persons_key_is_not_paused(client, manager_client, sandbox):
    CachedPauses().begin(client.endpoint.identity, 42.0)
    assert manager_client.get("/integrations/int-eu/offers/").status_code == 200


def test_a_wait_of_hours_is_the_limit_of_one_operation_and_pauses_nothing(client):
    CachedPauses().begin(client.endpoint.identity, LONGEST_PAUSE_SECONDS + 1)
    assert client.list(*LIST).records


def test_pauses_that_the_service_does_not_measure_grow(client):
    pauses, lefts = CachedPauses(), []
    for _ in range(4):
        cache.delete(f"pause:{client.endpoint.identity}")
        pauses.begin(client.endpoint.identity, None)
        lefts.append(round(pauses.seconds_left(client.endpoint.identity)))
    assert lefts == [1, 2, 4, 8]


def test_calls_that_are_refused_together_pause_the_key_once(client):
    pauses = CachedPauses()
    for _ in range(4):
        pauses.begin(client.endpoint.identity, None)
    assert 0 < pauses.seconds_left(client.endpoint.identity) <= 1


def test_the_shorter_of_two_pauses_does_not_end_the_longer_one(client):
    pauses = CachedPauses()
    pauses.begin(client.endpoint.identity, 42.0)
    pauses.begin(client.endpoint.identity, 1.0)
    assert pauses.seconds_left(client.endpoint.identity) > 30


def test_a_clock_that_was_set_back_does_not_pause_a_key_for_hours(client):
    cache.set(f"pause:{client.endpoint.identity}", time.time() + 3600, timeout=7200)
    assert CachedPauses().seconds_left(client.endpoint.identity) == 0
    CachedPauses().begin(client.endpoint.identity, 10.0)
    assert 0 < CachedPauses().seconds_left(client.endpoint.identity) <= 10


def test_a_page_says_a_wait_at_once_and_asks_again_by_itself(admin_client, sandbox):
    rule = {"kind": "status", "status": 429, "headers": {"Retry-After": "40"}, "times": None}
    sandbox.faults(rule)
    response = admin_client.get("/integrations/int-eu/offers/1001/")
    assert response.status_code == 429
    # A busy machine may be some seconds late.
    seconds = int(response["Refresh"])
    assert 30 <= seconds <= 40
    assert f"This page tries again by itself in {seconds} seconds." in response.content.decode()
    # What is read side by side is asked for before the first refusal is known; nothing is asked for again.
    asked = [entry["operation"] for entry in sandbox.journal()]
    assert asked
    assert len(asked) == len(set(asked))


def test_a_list_says_it_inside_its_frame(admin_client, sandbox):
    sandbox.faults({"kind": "status", "status": 429, "headers": {"Retry-After": "40"}, "times": None})
    for headers in ({}, {"HX-Request": "true", "HX-Target": "results"}):
        response = admin_client.get("/integrations/int-eu/offers/?sort=name", headers=headers)
        content = response.content.decode()
        assert response.status_code == 429 and "Refresh" not in response
        again = re.search(
            r'hx-get="/integrations/int-eu/offers/\?sort=name" hx-trigger="load delay:(\d+)s"', content
        )
        assert again
        assert 30 <= int(again[1]) <= 40
        assert f"asks us to wait {again[1]} seconds" in content and 'hx-target="#results"' in content
    assert len(sandbox.journal("listOffers")) == 1


def test_a_wait_of_hours_is_not_asked_for_by_itself(admin_client, sandbox):
    sandbox.faults({"kind": "status", "status": 429, "headers": {"Retry-After": "7200"}, "times": None})
    assert "Refresh" not in admin_client.get("/integrations/int-eu/offers/1001/")


def test_a_wait_that_names_no_time_has_ours(admin_client, sandbox):
    sandbox.faults({"kind": "status", "status": 429, "times": None})
    assert int(admin_client.get("/integrations/int-eu/offers/1001/")["Refresh"]) in (1, 2)


def test_the_same_list_once_more_is_no_new_page_of_the_history(admin_client, sandbox):
    address = "/integrations/int-eu/offers/?filter%5Bactive%5D=true&sort=name"
    headers = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": f"http://testserver{address}"}
    assert admin_client.get(address, headers=headers)["HX-Push-Url"] == "false"
    assert (
        "sort=-name" in admin_client.get(address.replace("=name", "=-name"), headers=headers)["HX-Push-Url"]
    )
