"""Names of referenced records are read through one person's key, kept for it alone, and asked for once."""

import time

import pytest

from apps.connections.clients import client_for
from apps.connections.models import Connection
from apps.resources.references.name_cache import NameCache, referenced_ids
from tests.support.people import connect

pytestmark = pytest.mark.django_db


@pytest.fixture
def open_cache(admin_connection):
    """The names of the advertisers, as a request of the connection's owner opens them."""

    def opened(connection: Connection = admin_connection) -> NameCache:
        return NameCache(connection, client_for(connection), "Advertisers")

    return opened


def asked(sandbox) -> list[str]:
    return [entry["operation"] for entry in sandbox.journal()]


def test_the_first_hundred_names_are_one_call_and_then_none(open_cache, sandbox):
    first = open_cache()
    assert first.is_cold
    first.first_page()
    assert len(first.names) == 60
    second = open_cache()
    assert not second.is_cold
    second.complete({"101", "102"})
    assert second.names == first.names
    assert asked(sandbox) == ["listAdvertisers"]


def test_names_still_unknown_are_asked_for_together(open_cache, sandbox):
    names = open_cache()
    names.complete({"101", "103"})
    assert set(names.names) == {"101", "103"}
    assert all(names.names.values())
    assert asked(sandbox) == ["listAdvertisers"]
    assert sandbox.journal()[0]["query"][-1] == ["filter[id][in]", "101,103"]


def test_one_odd_id_costs_the_others_no_name(open_cache, sandbox):
    names = open_cache()
    names.complete({"101", "103", "1,2", "a b"})
    assert names.names["101"]
    assert names.names["103"]
    assert sandbox.journal()[0]["query"][-1] == ["filter[id][in]", "101,103"]


def test_a_list_of_ids_that_is_refused_is_read_one_by_one(open_cache, sandbox):
    sandbox.faults({"kind": "status", "operation": "listAdvertisers", "status": 400, "times": 1})
    names = open_cache()
    names.complete({"101", "103"})
    assert all(names.names[key] for key in ("101", "103"))


def test_an_id_without_a_name_is_not_asked_for_again(open_cache, sandbox):
    open_cache().complete({"999"})
    assert asked(sandbox) == ["listAdvertisers", "getAdvertiser"]
    again = open_cache()
    again.complete({"999"})
    assert again.names == {"999": ""}
    assert len(sandbox.journal()) == 2


def test_an_api_that_does_not_filter_by_several_ids_is_asked_one_by_one(open_cache, sandbox):
    sandbox.faults({"kind": "wrong_shape", "operation": "listAdvertisers", "body": {"data": []}})
    names = open_cache()
    names.complete({"101", "102"})
    assert all(names.names[key] for key in ("101", "102"))
    assert asked(sandbox).count("getAdvertiser") == 2


def test_a_refusal_leaves_ids_and_raises_nothing(open_cache, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "operation": "listAdvertisers", "times": None})
    names = open_cache()
    names.complete({"101"})
    assert names.names == {"101": ""}


@pytest.mark.parametrize(("is_refused", "seconds"), [(True, 30), (False, 600)])
def test_names_that_could_not_be_read_are_asked_for_again_soon_others_much_later(
    open_cache, sandbox, monkeypatch, is_refused, seconds
):
    if is_refused:
        sandbox.faults({"kind": "status", "status": 403, "operation": "listAdvertisers", "times": None})
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now)
    open_cache().complete({"101"})
    monkeypatch.setattr(time, "time", lambda: now + seconds - 1)
    assert not open_cache().is_cold
    monkeypatch.setattr(time, "time", lambda: now + seconds + 1)
    assert open_cache().is_cold


def test_another_persons_names_are_never_used(open_cache, manager_connection, sandbox):
    open_cache().first_page()
    other = open_cache(manager_connection)
    assert other.is_cold
    assert other.names == {}
    other.complete({"101"})
    assert [entry["key"] for entry in sandbox.journal()] == ["admin", "manager"]


def test_a_new_key_forgets_the_names_the_old_one_read(open_cache, admin, service, sandbox):
    open_cache().first_page()
    assert open_cache(connect(admin, service, sandbox.manager_key)).is_cold


def test_ids_are_read_from_any_record():
    records: list[dict[str, object]] = [
        {"a": 1},
        {"a": "1"},
        {"a": None},
        {"a": ""},
        {},
        {"a": [1]},
        {"a": {"id": 1}},
        {"a": "x"},
    ]
    assert referenced_ids(records, "a") == {"1", "x"}


def test_more_names_than_a_page_may_carry_along_are_read_anew(open_cache, sandbox, monkeypatch):
    monkeypatch.setattr("apps.resources.references.name_cache.MOST_NAMES", 50)
    open_cache().first_page()
    assert open_cache().is_cold
