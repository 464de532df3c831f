"""Bad addresses and a failing API: the form and the chips stay, words say what happened, nothing is asked in vain."""

import pytest

from tests.reports.conftest import CLICKS, CONVERSIONS, address, hours_ago, visit
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db


def what_stays(page: Page) -> None:
    """The form with its values, and the filters in force."""
    fields = page.fields()
    assert fields["filter[offer_id]"] == "1005"
    assert fields["timezone"]
    assert "Offer: " in page.one("div", role="group", aria_label="Filters in force").text
    assert [a.text for a in page.one("nav", aria_label="Reports").inner] == [
        "Clicks",
        "Conversions",
        "Impressions",
    ]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"end_time": "2026-01-01 00:00:00"}, "The end is before the start"),
        ({"start_time": "2090-01-01 00:00:00", "end_time": "2090-02-01 00:00:00"}, "in the future"),
        ({"timezone": "Mars/Olympus"}, "no time zone “Mars/Olympus”"),
        ({"start_time": "the day before"}, "Write a date and time"),
    ],
)
def test_a_range_that_cannot_be_asks_nothing_and_says_so_at_its_field(admin_client, calls, parameters, words):
    page = visit(admin_client, address(filter_offer_id="1005", **parameters), status=422)
    assert calls() == []
    assert "The range cannot be read" in page.text
    [field] = [e for e in page.all("input") if e["aria-invalid"]]
    assert field["value"][:10] == next(iter(parameters.values()))[:10]
    assert words in page.text
    what_stays(page)


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("filter[status]=Odd", "“Odd” is not one of Approved, Rejected"),
        ("page[size]=33", "“33” was ignored"),
        ("page[after]=a&page[before]=b", "exclude each other"),
        ("columns=no_such_column&columns=payout", "No row of this page has a column “no_such_column”"),
        ("filter[offer_id]=1&filter[offer_id]=1005", "stands 3 times; the last one counts"),
    ],
)
def test_what_cannot_be_sent_is_named_and_the_rows_come_all_the_same(admin_client, query, words):
    page = visit(admin_client, f"{address(filter_offer_id='1005')}&{query}")
    assert words in page.text
    assert page.rows
    what_stays(page)


def test_a_cursor_the_api_does_not_know_leads_to_the_newest_rows(admin_client, provokes_violations):
    page = visit(
        admin_client, address(filter_offer_id="1005", page_after="nonsense", position="50"), status=400
    )
    assert "does not know this place in the report" in page.text
    assert not [a for a in page.all("a") if a.text == "Try again"]
    what_stays(page)
    newest = visit(admin_client, page.link("Go to the newest rows"))
    assert newest.rows
    what_stays(newest)


@pytest.mark.parametrize(
    ("fault", "status", "words"),
    [
        ({"kind": "status", "status": 401}, 403, "Your API key was refused"),
        ({"kind": "status", "status": 403}, 403, "Your API key may not read conversions"),
        ({"kind": "status", "status": 404}, 404, "no conversions of this integration"),
        (
            {"kind": "status", "status": 429, "headers": {"Retry-After": "30"}},
            429,
            "The API asks us to wait 30 seconds",
        ),
        ({"kind": "status", "status": 503}, 502, "The API has a fault"),
        ({"kind": "html"}, 502, "The API has a fault"),
        ({"kind": "bad_json"}, 502, "unreadable answer"),
        ({"kind": "wrong_shape", "body": {"data": {"data": {"a": 1}}}}, 502, "unreadable answer"),
        ({"kind": "wrong_shape", "body": [1, 2]}, 502, "unreadable answer"),
        ({"kind": "reset"}, 502, "The API has a fault"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_failure_is_said_where_the_rows_would_be(admin_client, sandbox, fault, status, words):
    visit(admin_client, address(filter_offer_id="1005"))
    sandbox.faults({"operation": "conversionReport", "times": None, **fault})
    page = visit(admin_client, address(filter_offer_id="1005"), status=status)
    assert words in page.text
    assert "No conversions" not in page.text
    what_stays(page)
    if "headers" in fault:
        assert page.response["Retry-After"] == "30"
    fragment = visit(admin_client, address(filter_offer_id="1005"), status=status, fragment=True)
    assert words in fragment.text


def test_an_api_that_does_not_answer_in_time_is_not_waited_for(admin_client, sandbox, settings):
    settings.PAGE_DEADLINE_SECONDS = 0.5
    sandbox.faults({"operation": "conversionReport", "kind": "stall", "seconds": 3, "times": None})
    page = visit(admin_client, address(filter_offer_id="1005"), status=502)
    assert page.all("a", class_="button primary")
    what_stays(page)


def test_an_integration_that_nobody_registered_keeps_the_page(admin_client, calls):
    page = visit(admin_client, address(integration_id="int-nobody", filter_offer_id="1005"), status=404)
    assert "There is no such integration" in page.text
    assert calls() == []
    what_stays(page)
    assert "integration" not in page.response.cookies


def test_a_person_without_a_key_is_led_to_where_one_is_stored(manager, service):
    from tests.support.people import signed_in

    response = signed_in(manager).get(address())
    assert response.status_code == 302
    assert response["Location"].startswith("/connections/new/")
    assert signed_in(manager).get(CLICKS).status_code == 302


def test_no_rows_say_in_which_range_and_what_to_try(admin_client):
    page = visit(admin_client, address(CLICKS, filter_offer_id="999999", filter_status="Rejected"))
    assert "No clicks in " in page.text
    assert not page.all("table")
    cleared = visit(admin_client, page.link("Clear the filters"))
    assert cleared.rows
    wider = admin_client.get(page.link("Look at the last 30 days"))
    assert wider.status_code == 302
    assert "filter[offer_id]=999999" in wider["Location"]
    assert "range=" not in wider["Location"]


def test_beyond_the_last_row_there_is_a_way_back(admin_client):
    rows = visit(admin_client, address(start_time=hours_ago(2)))
    last = [a["href"] for a in rows.all("a") if "row=" in a["href"]][-1].split("row=")[1]
    page = visit(admin_client, address(start_time=hours_ago(2), page_after=last, position="40"))
    assert "No more conversions on this side" in page.text
    assert visit(admin_client, page.link("Go to the newest rows")).rows


def test_a_long_range_is_advised_to_be_exported(admin_client):
    assert "This is a long range" in visit(admin_client, address(start_time=hours_ago(24 * 40))).text
    assert "This is a long range" not in visit(admin_client, address()).text


@pytest.mark.parametrize("path", ["/reports/postback-logs/", "/reports/nothing/"])
def test_there_are_three_reports(admin_client, path):
    assert admin_client.get(path).status_code == 404


def test_only_who_is_signed_in_sees_a_report(client):
    assert "/account/login/" in client.get(address(CONVERSIONS))["Location"]
