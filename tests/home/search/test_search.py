"""The search of every page looks in all lists side by side, each for itself."""

import pytest

from apps.api.contract.contract import reference_contract
from tests.home.conftest import at
from tests.resources.rules import visit
from tests.support.people import signed_in

OFFERS = "/integrations/int-eu/offers/"


def search(text: str) -> str:
    """The address of a search."""
    return at("/search/", integration_id="int-eu", q=text)


def test_every_page_has_the_search_and_it_is_a_plain_form(admin_client):
    for address in (OFFERS, "/exports/", "/preferences/", "/connections/"):
        page = visit(admin_client, address)
        form = page.one("form", id="site-search")
        assert (form["method"], form["action"]) == ("get", "/search/")
        assert "q" in [element["name"] for element in form.inner]


def test_a_name_is_looked_for_in_every_list_at_once(admin_client, sandbox, calls):
    calls()
    page = visit(admin_client, search("ann"))
    # What a resource with its own contract adds is looked through besides.
    assert [call for call in calls() if call in reference_contract().operations] == sorted(
        [
            "listOffers",
            "listOffers",
            "listPublishers",
            "listAdvertisers",
            "listUsers",
            "listUsers",
            "listUsers",
        ]
    )
    for entry in sandbox.journal():
        assert "ann" in dict(entry["query"]).values()
    assert page.one("nav", aria_label="Main")


def test_found_records_link_to_their_pages_and_the_rest_to_the_list(admin_client, sandbox):
    first = visit(admin_client, OFFERS).rows[0]
    word = first.split()[0]
    page = visit(admin_client, search(word))
    section = next(s for s in page.all("section") if "Offers in EU network" in s.text)
    links = [element for element in section.inner if element.tag == "a"]
    assert len(links) <= 6
    full = visit(admin_client, next(a["href"] for a in links if a.text.startswith("Open as a list")))
    assert all(word.lower() in name.lower() for name in full.rows)
    record = visit(admin_client, next(a["href"] for a in links if word in a.text))
    assert word in record.one("h1").text


def test_a_bare_id_offers_the_record_of_that_id_first(admin_client):
    page = visit(admin_client, search("1002"))
    first = page.one("section", aria_labelledby="exact-title")
    [link] = [element for element in first.inner if element.tag == "a"]
    assert link["href"] == f"{OFFERS}1002/"
    assert "The record with this ID" in first.text


def test_the_id_of_an_offer_of_another_integration_is_found_too(admin_client):
    page = visit(admin_client, search("2002"))
    first = page.one("section", aria_labelledby="exact-title")
    assert "/integrations/int-us/offers/2002/" in [element["href"] for element in first.inner]


def test_an_email_address_is_looked_for_in_the_addresses(admin_client, sandbox):
    visit(admin_client, search("ann@example.com"))
    asked = {entry["operation"]: dict(entry["query"]) for entry in sandbox.journal()}
    assert asked["listPublishers"]["filter[email][contains]"] == "ann@example.com"
    assert asked["listOffers"]["filter[name][contains]"] == "ann@example.com"


def test_the_name_of_a_user_is_found_though_the_list_shows_addresses(admin_client, sandbox):
    user = visit(admin_client, "/users/").rows[1]
    last_name = user.split()[-1]
    page = visit(admin_client, search(last_name))
    section = next(s for s in page.all("section") if s.text.startswith("Users"))
    assert user in [element.text for element in section.inner if element.tag == "a"]


def test_nothing_found_says_where(admin_client):
    page = visit(admin_client, search("nothing like this"))
    assert "Nothing found" in page.text


def test_what_can_only_be_a_transaction_goes_on_to_its_trace(admin_client, rows, calls):
    row = rows("click")[10]
    calls()
    response = admin_client.get(search(row["real_tx_id"]))
    assert response.status_code == 302
    assert response["Location"] == at("/trace/", integration_id="int-eu", id=row["real_tx_id"])
    # No name holds such a text; only a record might have it as its id.
    assert {name[:3] for name in calls()} == {"get"}


def test_a_long_token_puts_the_trace_first_where_something_else_matches(admin_client, sandbox):
    record = {"id": 1002, "name": "summer-sale-2024-06"}
    frame = {"data": [record], "meta": {"total_count": 1, "total_page": 1}}
    sandbox.faults({"kind": "status", "operation": "listOffers", "times": None, "status": 200, "body": frame})
    page = visit(admin_client, search("summer-sale-2024-06"))
    titles = [section["aria-labelledby"] for section in page.all("section")]
    assert titles[0] == "trace-title"
    assert "/trace/?" in page.link("Trace")


def test_a_short_word_offers_the_trace_last(admin_client):
    page = visit(admin_client, search("1002"))
    assert page.link("Look for it as a transaction") == at("/trace/", integration_id="int-eu", id="1002")


def test_one_place_that_fails_leaves_the_others(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "listPublishers", "times": None, "status": 500})
    page = visit(admin_client, search("a"))
    publishers = next(s for s in page.all("section") if s.text.startswith("Publishers"))
    assert "The API has a fault" in publishers.text
    assert any(s.text.startswith("Offers in EU network") for s in page.all("section"))


@pytest.mark.parametrize(
    ("status", "answered", "words"),
    [
        (401, 403, "Your API key was refused"),
        (500, 502, "The API has a fault"),
        (429, 429, "The API asks us to"),
    ],
)
def test_what_fails_everywhere_is_said_once(admin_client, sandbox, status, answered, words):
    sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": status})
    page = visit(admin_client, search("ann"), status=answered)
    assert page.text.count(words) == 1


def test_a_dead_api_is_named_within_the_pages_time(admin_client, sandbox):
    sandbox.faults({"kind": "reset", "operation": "*", "times": None})
    page = visit(admin_client, search("ann"), status=502)
    assert "The API has a fault" in page.text


@pytest.mark.parametrize("typed", ["", "   ", "\x00\x01\u200b"])
def test_nothing_typed_asks_nothing(admin_client, sandbox, typed):
    page = visit(admin_client, search(typed))
    assert "Type part of a name" in page.text
    assert sandbox.journal() == []


def test_a_text_too_long_is_refused_in_words(admin_client, sandbox):
    page = visit(admin_client, search("x y " * 2_500))
    assert "A search can have 200 characters" in page.text
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "100% off", "a/b", "..", "ann\x00a", "‮gnp", "a,b", "?&=#", "🙂"]
)
def test_any_text_can_be_looked_for(admin_client, sandbox, typed):
    page = visit(admin_client, search(typed))
    assert "<script>alert" not in page.response.content.decode()


def test_names_are_text_whatever_they_hold(admin_client, sandbox):
    record = {"id": '"><b>', "name": "<img src=x onerror=alert(1)>", "active": "<i>", "visibility": {"a": 1}}
    frame = {"data": [record, {}, {"id": None}, {"id": []}], "meta": {"total_count": "many"}}
    sandbox.faults({"kind": "status", "operation": "listOffers", "times": None, "status": 200, "body": frame})
    page = visit(admin_client, search("img"))
    assert "<img src=x" not in page.response.content.decode()
    assert "<img src=x onerror=alert(1)>" in [a.text for a in page.all("a")]


def test_without_a_key_the_page_says_so(manager, service, sandbox):
    page = visit(signed_in(manager), "/search/?q=ann")
    assert "No service is connected yet" in page.text
    assert sandbox.journal() == []


def test_a_stranger_is_sent_to_sign_in(client, db):
    for address in ("/search/?q=ann", "/trace/?id=abc"):
        response = client.get(address)
        assert response.status_code == 302
        assert response["Location"].startswith("/account/login/")
