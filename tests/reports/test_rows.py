"""What stands in a row and in the drawer: names, badges, money, hostile values; and what one opens from there."""

import json
import re
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from apps.reports.links import report_url
from apps.reports.rows.columns import REASON_FIELDS, column_for
from apps.ui.columns import RowContext
from tests.reports.conftest import CLICKS, CONVERSIONS, ZONE, address, hours_ago, visit
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db

EVIL = "<img src=x onerror=alert(1)>"
HOSTILE = {
    "real_tx_id": "r1",
    "conversion_time": "2026-11-20 10:00:00",
    "status": "Quarantined",
    "rejection_reason": EVIL,
    "offer": {"id": 1042, "name": EVIL},
    "offer_id": None,
    "publisher": 5002,
    "advertiser": "\u202eevil",
    "payout": 12.5,
    "revenue": "not money",
    "currency": ["EUR"],
    "sub_id": "javascript:alert(1)",
    "landing": "https://a.example/?x=<y>",
    "contact": "a.b+c@example.com",
    "geo_country": "DE",
    "odd": {"a": [1, None]},
    "a.b <c>": True,
    "long": "x" * 5000,
}


@pytest.fixture
def serve(sandbox):
    """`serve(row, …)` has every following conversion report hold these rows."""

    def plan(*rows, **info):
        body = {"data": {"data": list(rows), "pageInfo": {"startCursor": "", "endCursor": "", **info}}}
        sandbox.faults({"kind": "wrong_shape", "operation": "conversionReport", "times": None, "body": body})

    return plan


def cells(page: Page, row: int = 0) -> dict[str, str]:
    """A row's texts by the words of their columns."""
    heads = [th.text.split(",")[0] for th in page.all("th", scope="col")]
    rows = [tr for tr in page.all("tr") if tr.inner[0]["scope"] == "row"]
    return dict(zip(heads, rows[row].cells, strict=True))


def first_row(page: Page) -> str:
    return next(a["href"] for a in page.all("a") if "row=" in a["href"])


def drawer_facts(page: Page) -> dict[str, str]:
    drawer = page.one("dialog", id="drawer")
    labels = [e.text for e in drawer.inner if e.tag == "dt"]
    return dict(zip(labels, [e.text for e in drawer.inner if e.tag == "dd"], strict=True))


def test_offers_publishers_and_advertisers_have_name_id_and_page(admin_client, calls):
    page = visit(admin_client, address())
    row = next(tr for tr in page.all("tr") if tr.inner[0]["scope"] == "row")
    links = {a["href"]: a.text for a in row.inner if a.tag == "a"}
    [offer] = [url for url in links if url.startswith("/integrations/int-eu/offers/")]
    assert offer.split("/")[-2] in cells(page)["Offer"]
    assert any(url.startswith("/publishers/") for url in links)
    assert any(url.startswith("/advertisers/") for url in links)
    # The rows carry the names: nobody is asked for them.
    assert calls() == ["conversionReport"]


def test_names_that_rows_lack_are_looked_up_once(admin_client, serve, calls):
    rows = [
        {"real_tx_id": f"r{n}", "offer_id": 1003, "publisher_id": 5004 + n % 2, "advertiser": 102}
        for n in range(20)
    ]
    serve(*rows)
    page = visit(admin_client, address())
    asked = calls()
    assert asked == ["conversionReport", "listAdvertisers", "listOffers", "listPublishers"]
    for label, key in (("Offer", "1003"), ("Publisher", "5004"), ("Advertiser", "102")):
        text = cells(page)[label]
        assert text.endswith(f" {key}"), text
        assert not text.startswith("#")
    visit(admin_client, address())
    assert calls() == ["conversionReport"]


def test_names_that_cannot_be_read_leave_the_ids(admin_client, sandbox):
    body = {"data": {"data": [{"real_tx_id": "r1", "publisher_id": 999}], "pageInfo": {}}}
    sandbox.faults(
        {"kind": "wrong_shape", "operation": "conversionReport", "times": None, "body": body},
        {"kind": "status", "status": 403, "operation": "listPublishers", "times": None},
    )
    assert cells(visit(admin_client, address()))["Publisher"] == "#999"


def test_hostile_rows_are_shown_and_harmless(admin_client, serve):
    serve(HOSTILE, {"real_tx_id": {"a": 1}}, {}, {"real_tx_id": "r1", "status": None})
    page = visit(admin_client, f"{address(row='r1')}&columns=sub_id&columns=a.b+%3Cc%3E&columns=long")
    assert EVIL not in page.response.content.decode()
    assert "javascript:alert(1)" in cells(page)["Sub ID"]
    assert cells(page)["a.b <c>"] == "Yes"
    assert cells(page)["Long"].endswith("…")
    facts = drawer_facts(page)
    assert facts["Status"] == "? Quarantined"
    assert facts["Payout"].startswith("12.50")
    assert facts["Revenue"].startswith("not money")
    assert facts["Country"] == "Germany"
    assert facts["Offer"] == f"{EVIL} 1042"
    assert page.all("a", href="https://a.example/?x=<y>")[0]["rel"] == "noopener noreferrer"
    assert page.all("a", href="mailto:a.b+c@example.com")
    assert json.loads(page.one("pre", aria_label="Raw JSON").text)["odd"] == {"a": [1, None]}


@pytest.mark.parametrize("never", ["0001-01-01 00:00:00", "9999-12-31 23:59:59"])
def test_a_time_that_means_never_is_shown_and_leads_nowhere(admin_client, serve, never):
    serve({"real_tx_id": "r1", "conversion_time": never, "click_time": never, "offer_id": 1003})
    page = visit(admin_client, address(row="r1"))
    assert page.response.status_code == 200
    assert cells(page)["Offer"]
    assert drawer_facts(page)["Click time"] == never
    assert not [a for a in page.all("a") if a.text.endswith("around this")]


def test_the_times_of_a_row_are_written_as_on_every_page(admin_client):
    facts = drawer_facts(visit(admin_client, first_row(visit(admin_client, address()))))
    for name in ("Conversion time", "Click time"):
        assert re.fullmatch(r"\d{1,2} \w{3} 20\d\d, \d\d:\d\d:\d\d", facts[name])


def test_a_huge_row_is_shown_in_part_and_says_so(admin_client, serve):
    serve({"real_tx_id": "r1", "blob": "b" * 1_000_000, **{f"f{number}": number for number in range(3000)}})
    page = visit(admin_client, address(row="r1"))
    assert len(page.response.content) < 600_000
    assert "cut: the row is larger" in page.text
    assert not [b for b in page.all("button") if b["aria-label"].startswith("Copy Blob")]


def test_default_cells_of_a_hostile_row(admin_client, serve):
    serve(HOSTILE)
    shown = cells(visit(admin_client, address()))
    assert shown["Status"] == f"? Quarantined {EVIL}"
    assert shown["Offer"] == f"{EVIL} 1042"
    assert shown["Publisher"].endswith("5002")
    assert shown["Payout"] == "12.50 EUR"
    assert shown["Conversion time"] == "20 Nov 2026, 10:00:00"
    chosen = cells(visit(admin_client, f"{address()}&columns=geo_country"))
    assert chosen["Country"] == "Germany"


def test_a_rejected_row_says_why(admin_client):
    page = visit(admin_client, address(CLICKS, filter_status="Rejected"))
    assert all(cells(page, n)["Status"].startswith("Rejected ") for n in range(3))


# --- The row beside the table ---


def test_an_address_opens_a_row_without_javascript(admin_client, calls):
    page = visit(admin_client, address())
    opened = visit(admin_client, first_row(page))
    assert calls() == ["conversionReport", "conversionReport"]
    drawer = opened.one("dialog", id="drawer")
    assert "open" in drawer.attributes
    assert drawer_facts(opened)["Row ID"] == parse_qs(urlsplit(first_row(page)).query)["row"][0]
    assert not [a for a in opened.all("a") if a["aria-label"].startswith("Newer row")]
    second = visit(admin_client, opened.link("Older row"))
    assert "Row 2 of 50" in second.text
    assert visit(admin_client, second.link("Newer row")).one("dialog")["data-row"] == drawer["data-row"]
    closed = visit(admin_client, second.link("Close (Esc)"))
    assert "open" not in closed.one("dialog", id="drawer").attributes


def test_rows_are_stepped_through_without_asking_the_api_again(admin_client, calls):
    page = visit(admin_client, address())
    calls()
    headers = {"HX-Request": "true", "HX-Target": "drawer"}
    first = admin_client.get(first_row(page), headers=headers)
    assert first["HX-Push-Url"] == first_row(page)
    again = admin_client.get(
        first_row(page), headers={**headers, "HX-Current-URL": f"http://testserver{first_row(page)}"}
    )
    assert "HX-Push-Url" not in again
    assert again["HX-Replace-Url"] == first_row(page)
    fragment = Page(again)
    assert not fragment.all("html")
    assert not fragment.all("table")
    assert calls() == []


def test_what_was_read_for_one_person_opens_no_row_for_another(admin_client, manager_client, calls):
    page = visit(admin_client, address())
    calls()
    manager_client.get(first_row(page), headers={"HX-Request": "true", "HX-Target": "drawer"})
    assert calls() == ["conversionReport"]


def test_a_row_that_newer_ones_pushed_from_the_page_is_found_again(admin_client, calls):
    row = parse_qs(urlsplit(first_row(visit(admin_client, address(end_time=hours_ago(8))))).query)["row"][0]
    calls()
    response = admin_client.get(address(row=row))
    assert response.status_code == 302
    assert calls() == ["conversionReport", "conversionReport"]
    page = visit(admin_client, response["Location"])
    assert page.one("dialog", id="drawer")["data-row"] == row


def test_a_row_that_is_not_there_is_named(admin_client, provokes_violations):
    page = visit(admin_client, address(row="nonsense"))
    assert "The row of this address is not in this range" in page.text
    assert len(page.rows) == 50


def test_a_lasting_link_ends_with_its_row(admin_client):
    page = visit(admin_client, first_row(visit(admin_client, address())))
    row = page.one("dialog", id="drawer")["data-row"]
    there = visit(admin_client, page.link("Lasting link to this row"))
    assert there.one("dialog", id="drawer")["data-row"] == row
    assert "Row 1 of" in there.text


def test_the_drawer_leads_to_the_same_ids_in_the_other_reports(admin_client):
    page = visit(admin_client, first_row(visit(admin_client, address(CONVERSIONS))))
    facts = drawer_facts(page)
    clicks = parse_qs(urlsplit(page.link("Clicks around this")).query)
    assert page.link("Clicks around this").startswith(CLICKS)
    assert clicks["filter[offer_id]"] == [facts["Offer"].split()[-1]]
    assert clicks["filter[publisher]"] == [facts["Publisher"].split()[-1]]
    assert clicks["filter[advertiser]"] == [facts["Advertiser"].split()[-1]]
    clicked, converted = (
        str(datetime.strptime(facts[name], "%d %b %Y, %H:%M:%S"))
        for name in ("Click time", "Conversion time")
    )
    assert clicks["start_time"][0] < clicked < clicks["end_time"][0]
    day = parse_qs(urlsplit(page.link("All of this publisher that day")).query)
    assert day["start_time"][0][:10] == day["end_time"][0][:10] == converted[:10]
    assert "filter[offer_id]" not in day
    visit(admin_client, page.link("Impressions around this"))
    visit(admin_client, page.link("All of this offer that day"))


# --- Links in and out ---


def test_a_link_without_a_range_is_led_to_the_reports_own(admin_client, admin):
    admin.time_zone = ZONE
    admin.save()
    response = admin_client.get(f"{CONVERSIONS}?integration_id=int-eu&filter[publisher]=5001")
    assert response.status_code == 302
    query = parse_qs(urlsplit(response["Location"]).query)
    assert query["timezone"] == [ZONE]
    assert query["filter[publisher]"] == ["5001"]
    assert query["end_time"][0].endswith("23:59:59")
    visit(admin_client, response["Location"])


@pytest.mark.parametrize("filters", [{"offer_id": "1001"}, {"publisher": "5001"}, {"advertiser": "101"}])
def test_other_rooms_link_to_the_last_seven_days(admin_client, filters):
    url = report_url("int-eu", **filters)
    page = visit(admin_client, admin_client.get(url)["Location"])
    [(name, value)] = filters.items()
    assert page.fields()[f"filter[{name}]"] == value
    assert page.one("nav", aria_label="Time range").inner[2]["aria-current"] == "true"


def test_the_other_reports_keep_filters_and_range(admin_client):
    page = visit(admin_client, address(filter_publisher="5001", page_size="25"))
    tabs = {a.text: a["href"] for a in page.one("nav", aria_label="Reports").inner}
    clicks = visit(admin_client, tabs["Clicks"])
    for name in ("start_time", "end_time", "timezone", "filter[publisher]", "page[size]"):
        assert clicks.fields()[name] == page.fields()[name]


def test_the_integration_switch_keeps_report_and_range(admin_client):
    page = visit(admin_client, address(filter_publisher="5001", filter_offer_id="1001", page_size="25"))
    switch = {a.text: a["href"] for a in page.one("ul", aria_label="Integrations").inner if a.tag == "a"}
    there = visit(admin_client, switch["US network"])
    assert there.address == CONVERSIONS
    fields = there.fields()
    assert fields["integration_id"] == "int-us"
    assert fields["filter[publisher]"] == "5001"
    # Offers belong to one integration.
    assert not fields["filter[offer_id]"]
    assert fields["start_time"] == page.fields()["start_time"]
    assert admin_client.cookies["integration"].value == "int-us"


def test_the_export_form_gets_range_columns_and_the_way_back(admin_client):
    url = f"{address(filter_status='Approved')}&columns=payout&columns=status"
    page = visit(admin_client, url)
    export = page.link("Export the whole range")
    assert "A file takes no filters" in page.text
    query = parse_qs(urlsplit(export).query)
    asked = parse_qs(urlsplit(url).query)
    assert urlsplit(export).path == "/exports/new/"
    assert query["report"] == ["conversions"]
    assert query["integration"] == ["int-eu"]
    assert (query["start_time"], query["end_time"]) == (asked["start_time"], asked["end_time"])
    assert query["time_zone"] == [ZONE]
    assert query["columns"] == ["conversion_time", "payout", "currency", "status"]
    assert parse_qs(urlsplit(query["requested_from"][0]).query) == asked
    visit(admin_client, export)


def test_a_filter_is_a_chip_with_its_name_that_can_be_taken_away(admin_client, calls):
    page = visit(admin_client, address(filter_publisher="5002", filter_status="Approved"))
    assert calls() == ["conversionReport", "listPublishers"]
    [chip] = [span for span in page.all("span", class_="chip") if span.text.startswith("Publisher")]
    assert chip.text.endswith("(5002)")
    without = visit(admin_client, page.link(f"Remove filter: {chip.text}"))
    assert not without.fields()["filter[publisher]"]
    assert without.fields()["filter[status]"] == "Approved"


def test_the_zones_come_when_they_are_wanted(admin_client):
    page = Page(admin_client.get("/reports/time-zones/", headers={"HX-Request": "true"}))
    assert "Europe/Berlin" in [option["value"] for option in page.all("option")]
    assert not visit(admin_client, address()).one("datalist").inner


@pytest.mark.parametrize("name", REASON_FIELDS)
def test_the_reason_of_a_rejection_is_a_badge_in_its_own_column_and_beside_the_status(name):
    record = {"status": "Rejected", name: "Geo mismatch"}
    alone = column_for(name).cell(record, RowContext()).html()
    both = column_for("status").cell(record, RowContext()).html()
    assert alone == '<span class="badge warn">Geo mismatch</span>'
    assert both == f'<span class="badge bad solid">Rejected</span> {alone}'
    approved = column_for("status").cell({"status": "Approved", name: ""}, RowContext()).html()
    assert approved == '<span class="badge ok solid">Approved</span>'
