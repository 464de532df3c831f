"""A name typed into a report's box for a record gives that record's rows, a choice, or words: never a false none."""

from urllib.parse import quote

import pytest

from tests.resources.rules import visit

REPORT = "/reports/conversions/"
RANGE = "integration_id=int-eu&start_time=2026-11-01 00:00:00&end_time=2026-11-02 00:00:00&timezone=UTC"


@pytest.fixture(autouse=True)
def names(sandbox):
    """Publishers whose names contain each other."""
    store = sandbox.application.store
    made = {"9001": "Oakland Media", "9002": "Oakland Media West", "9003": "Yew\u200d 7", "9004": "20267"}
    made |= {"9005": "Ash\u200b\xa0Grove", "9006": "  Elm   of\tKent "}
    with store.lock:
        store.write(
            [
                (("org-main", "publishers", ""), key, {"id": int(key), "name": name})
                for key, name in made.items()
            ]
        )
    return made


def address(typed: str, name: str = "publisher") -> str:
    return f"{REPORT}?{RANGE}&filter[{name}]={quote(typed)}"


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("oakland media", "9001"),
        ("Media\xa0West", "9002"),
        ("\u200bYew\u200d 7 ", "9003"),
        ("#9001", "9001"),
        ("20267", "9004"),
        ("ash grove", "9005"),
        ("Elm of Kent", "9006"),
        ("\u2068Elm of Kent\u2069", "9006"),
        ("Oakland Media 9001", "9001"),
        ("Oakland Media West (9002)", "9002"),
        ("09001", "9001"),
        ("٩٠٠١", "9001"),
    ],
)
def test_a_publisher_typed_by_name_is_the_one_that_has_it(admin_client, typed, key, sandbox):
    response = admin_client.get(address(typed))
    assert response.status_code == 302
    assert f"filter[publisher]={key}" in response["Location"]
    assert len(sandbox.journal("conversionReport")) == (1 if typed in ("20267", "09001") else 0)


def test_several_are_to_choose_from_and_nothing_is_read_before(admin_client, sandbox):
    page = visit(admin_client, address("Oakland"), status=422)
    assert "2 publishers have “Oakland” in the name. Choose the one you mean." in page.text
    assert "filter[publisher]=9002" in page.link("Oakland Media West (9002)")
    assert page.one("input", id="filter-publisher")["value"] == "Oakland"
    assert page.all("span", class_="chip") == []
    assert sandbox.journal("conversionReport") == []


def test_nobody_is_said(admin_client, sandbox):
    page = visit(admin_client, address("Nobody Ltd"), status=422)
    assert "No publisher has the name or ID “Nobody Ltd”." in page.text
    page = visit(admin_client, address("Somebody Else 9001"), status=422)
    assert "No publisher has the name or ID “Somebody Else 9001”." in page.text
    assert sandbox.journal("conversionReport") == []
    page = visit(admin_client, address("99999"))
    assert "No publisher has the name or ID “99999”." in page.text


def test_what_cannot_be_looked_up_is_refused_and_not_sent(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "listPublishers", "status": 500, "times": None})
    page = visit(admin_client, address("Oakland"), status=422)
    assert "The publishers could not be looked up by “Oakland”" in page.text
    assert sandbox.journal("conversionReport") == []


@pytest.mark.parametrize("name", ["filter[publisher]", "page[after]", "row", "integration_id"])
def test_nothing_is_cut_silently(admin_client, sandbox, name):
    typed = "9" * 2001
    page = visit(
        admin_client, f"{REPORT}?{RANGE}&{name}={typed}", status=404 if name == "integration_id" else 200
    )
    if name != "integration_id":
        assert "characters, and has 2,001; it was ignored." in page.text
    assert not [entry for entry in sandbox.journal() if "99999" in str(entry)]
