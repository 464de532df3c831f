"""The palette finds records by name and id in all places side by side, and each place's part comes for itself."""

import pytest
import requests

from apps.accounts.models import Role, User
from apps.home.palette import views
from tests.home.palette.conftest import plain
from tests.support.people import PASSWORD, connect, signed_in

PLACES = {"transaction", "offers-int-eu", "offers-int-us", "publishers", "advertisers", "users"}


@pytest.fixture
def advertiser(sandbox):
    """An advertiser of the sandbox."""
    return requests.get(
        f"{sandbox.base_url}/advertisers/111", headers={"API-KEY": sandbox.admin_key}, timeout=60
    ).json()["data"]


def test_every_place_has_a_part_and_what_lies_elsewhere_comes_last(admin_client, ask):
    parts = ask(admin_client, "me")
    assert parts.keys() >= PLACES
    assert next(iter(parts)) == "transaction"
    order = parts["transaction"].html.split('data-order="')[1].split('"')[0].split()
    assert order[0] == "offers-int-eu"
    assert order[-1] == "offers-int-us"


def test_an_id_is_the_exact_record(admin_client, ask):
    parts = ask(admin_client, "1042")
    [exact] = [one for one in parts["offers-int-eu"].options if one.url.endswith("/offers/1042/")]
    assert exact.is_exact
    assert not [
        one for name, part in parts.items() if name != "offers-int-eu" for one in part.options if one.is_exact
    ]


def test_an_advertiser_leads_to_its_offers_and_a_publisher_to_its_days(admin_client, ask, advertiser):
    parts = ask(admin_client, advertiser["name"])
    offers = parts["advertisers"].option(f"Offers of {advertiser['name']}")
    assert offers.url == "/integrations/int-eu/offers/?filter[advertiser_id]=111"
    publisher = ask(admin_client, "5007")["publishers"]
    yesterday = next(one for one in publisher.options if plain(one.text).endswith("yesterday"))
    assert yesterday.url.endswith("integration_id=int-eu&filter[publisher]=5007&range=yesterday")
    response = admin_client.get(yesterday.url)
    assert response.status_code == 302
    assert "start_time=" in response["Location"]


def test_of_many_nothing_further_is_offered_until_one_is_meant(admin_client, ask):
    part = ask(admin_client, "e")["publishers"]
    assert len(part.options) == 6
    assert part.options[-1].text.startswith("All ")
    assert not [one for one in part.options if "Conversions of" in one.text]


def test_what_begins_with_the_text_comes_before_what_holds_it(admin_client, ask, sandbox):
    records = [{"id": key, "name": name} for key, name in ((1, "The sun"), (2, "Sun city"), (3, "Sun"))]
    body = {"data": records, "meta": {"total_count": 3, "total_page": 1}}
    sandbox.faults(
        {"kind": "status", "operation": "listPublishers", "times": None, "status": 200, "body": body}
    )
    part = ask(admin_client, "sun")["publishers"]
    assert [one.url for one in part.options if one.url.startswith("/publishers/")] == [
        "/publishers/3/",
        "/publishers/2/",
        "/publishers/1/",
    ]


def test_a_transaction_is_traced_and_nothing_is_listed(admin_client, ask, calls):
    text = "0b8bd2c3-0c7d-4f5e-9a59-6c2f0a1b2c3d"
    calls()
    parts = ask(admin_client, text)
    [trace] = parts["transaction"].options
    assert trace.is_exact
    assert trace.url == f"/trace/?integration_id=int-eu&id={text}"
    assert {name[:3] for name in calls()} == {"get"}
    [maybe] = ask(admin_client, "summer-sale-2024-06")["transaction"].options
    assert not maybe.is_exact
    assert ask(admin_client, "summer")["transaction"].options == []


def test_one_place_that_fails_says_so_and_leaves_the_others(admin_client, ask, sandbox):
    sandbox.faults({"kind": "status", "operation": "listPublishers", "times": None, "status": 500})
    parts = ask(admin_client, "me")
    assert "Publishers could not be read" in parts["publishers"].words
    assert parts["offers-int-eu"].options


def test_a_place_that_does_not_answer_in_time_says_so(admin_client, ask, sandbox, monkeypatch):
    monkeypatch.setattr(views, "SECONDS", 0.01)
    sandbox.settings(latency_milliseconds=200)
    parts = ask(admin_client, "me")
    assert parts.keys() >= PLACES
    assert "could not be read" in parts["users"].words


def test_places_that_had_nothing_are_not_asked_again(admin_client, ask, calls):
    calls()
    parts = ask(admin_client, "me", without=("users", "publishers"))
    assert not {"users", "publishers"} & parts.keys()
    assert not {"listUsers", "listPublishers"} & set(calls())


def test_nothing_is_asked_once_nobody_reads_the_answer(admin_client, calls):
    calls()
    response = admin_client.get("/palette/records/?q=me")
    response.interrupt()
    parts = list(response.streaming_content)
    assert len(parts) == 1
    response.close()
    admin_client.get("/palette/records/?q=me").close()
    assert calls() == []


def test_an_empty_or_a_long_text_asks_nothing(admin_client, ask, calls):
    calls()
    assert list(ask(admin_client, " ")) == ["transaction"]
    assert "can have 200 characters" in ask(admin_client, "x" * 300)["transaction"].words
    assert calls() == []


def test_a_hostile_name_is_text(admin_client, ask, sandbox):
    name = '<img src=x onerror=alert(1)><hr>"\u202eslaeD'
    body = {"data": [{"id": '1"><hr>', "name": name}], "meta": {"total_count": 1, "total_page": 1}}
    sandbox.faults(
        {"kind": "status", "operation": "listPublishers", "times": None, "status": 200, "body": body}
    )
    part = ask(admin_client, "slaeD")["publishers"]
    assert "<img" not in part.html
    assert "<hr" not in part.html
    first = part.options[0]
    assert first.text.startswith("\u2068<img") or "<bdi>" in part.html
    assert first.url == "/publishers/1%22%3E%3Chr%3E/"


def test_somebody_without_a_key_finds_nothing_and_asks_nothing(db, service, sandbox, ask):
    person = User.objects.create_user("new@example.com", PASSWORD, role=Role.VIEWER)
    assert list(ask(signed_in(person), "me")) == ["transaction"]
    assert sandbox.journal() == []


def test_each_person_finds_what_their_own_key_may_see(db, service, sandbox, ask):
    person = User.objects.create_user("else@example.com", PASSWORD, role=Role.MANAGER)
    connect(person, service, "no-such-key-0000")
    parts = ask(signed_in(person), "me")
    assert not [option for part in parts.values() for option in part.options]
    assert "could not be read" in parts["publishers"].words
