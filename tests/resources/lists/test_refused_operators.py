"""An API that does not search for parts of texts is asked for whole ones, and not for parts again and again."""

from urllib.parse import urlencode

import pytest

from tests.resources.rules import visit

pytestmark = pytest.mark.django_db

ADVERTISERS = "/advertisers/"


@pytest.fixture
def without_parts(sandbox, monkeypatch, provokes_violations):
    """The API knows no operator but comparisons."""
    monkeypatch.setattr(sandbox.application.contract, "filter_operators", ("eq", "gte", "lte", "in"))


@pytest.fixture
def name(sandbox):
    """An advertiser's name."""
    return sandbox.application.store.get(("org-main", "advertisers", ""), "103")["name"]


@pytest.fixture
def searched(sandbox):
    """A function that gives the filters of the lists read since it was called last."""
    seen = len(sandbox.journal())

    def since():
        nonlocal seen
        entries = sandbox.journal()[seen:]
        seen += len(entries)
        pairs = [tuple(pair) for entry in entries for pair in entry["query"]]
        return [pair for pair in pairs if pair[0].startswith("filter") and "[id]" not in pair[0]]

    return since


def list_of(name):
    return ADVERTISERS + "?" + urlencode({"filter[name][contains]": name})


def test_a_list_is_searched_by_the_whole_text_and_says_so(admin_client, without_parts, name, searched):
    page = visit(admin_client, list_of(name))
    assert page.rows == [name]
    assert f"these have “{name}” as their whole Name" in page.text
    assert searched() == [("filter[name][contains]", name), ("filter[name]", name)]


def test_what_was_refused_is_neither_sent_nor_offered_again(admin_client, without_parts, name, searched):
    visit(admin_client, list_of(name))
    searched()
    page = visit(admin_client, list_of(name))
    assert page.rows == [name]
    assert searched() == [("filter[name]", name)]
    box = page.one("input", id="search")
    assert (box["name"], box["value"], box["aria-label"]) == ("filter[name]", name, "Name is")
    control = visit(admin_client, ADVERTISERS + "filter/?filter_field=name", fragment=True)
    assert "contains" not in [option["value"] for option in page.all("option") + control.all("option")]


def test_a_look_up_and_the_search_of_all_find_the_whole_text(admin_client, without_parts, name, searched):
    found = visit(admin_client, ADVERTISERS + "suggest/?" + urlencode({"q": name}), fragment=True)
    assert name in found.text
    searched()
    assert name in visit(admin_client, "/search/?" + urlencode({"q": name})).text
    assert ("filter[name]", name) in searched()


def test_another_reason_to_refuse_says_nothing_about_the_operator(admin_client, sandbox, name, searched):
    refusal = {"kind": "status", "status": 400, "operation": "listAdvertisers"}
    sandbox.faults({**refusal, "body": {"message": "At least three letters, please."}})
    assert visit(admin_client, list_of(name)).rows == [name]
    searched()
    visit(admin_client, list_of(name))
    assert searched() == [("filter[name][contains]", name)]


def test_a_search_refused_either_way_is_a_refusal(admin_client, sandbox, name):
    sandbox.faults({"kind": "status", "status": 400, "operation": "listAdvertisers", "times": None})
    assert "The API refused the request" in visit(admin_client, list_of(name), status=400).text
