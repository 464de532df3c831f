"""A transaction is found by the id of its row in each report, with what lies around it."""

import pytest

from apps.reports.local_times import clock_words
from tests.home.conftest import KINDS, REPORTS, at, last, trace_of
from tests.resources.rules import visit
from tests.support.people import connect, signed_in


def traced(page):
    """The time in the marked row of each table."""
    return [row.cells[0] for row in page.all("tr") if row["aria-current"] == "true"]


def table_times(page, label):
    """The times of a table, newest first."""
    return [cell.text for cell in page.one("table", aria_label=label).inner if cell["scope"] == "row"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_of_each_report_is_found_between_its_neighbours(admin_client, rows, calls, kind):
    around = rows(kind)[20:31]
    calls()
    page = visit(admin_client, trace_of(around[5]["real_tx_id"]))
    assert f"{REPORTS[kind].capitalize()}: found" in page.text
    assert traced(page) == [clock_words(around[5]["date_time"])]
    noun = REPORTS[kind]
    assert table_times(page, f"Rows around it: {noun}") == [clock_words(row["date_time"]) for row in around]
    facts = page.one("section", id=noun).text
    for value in around[5].values():
        assert value is None or str(value) in facts
    # Two calls find the row, one tells each other report that it is no cursor there, one reads what is akin.
    assert calls() == sorted(f"{one}Report" for one in KINDS for _ in range(2))


def test_rows_lead_to_their_own_trace_and_to_the_full_report(admin_client, rows):
    row, older = rows("click")[10:12]
    page = visit(admin_client, trace_of(row["real_tx_id"]))
    next_page = visit(admin_client, page.link(clock_words(older["date_time"])))
    assert traced(next_page) == [clock_words(older["date_time"])]
    report = page.link("Open in clicks")
    assert report.startswith("/reports/clicks/?integration_id=int-eu&start_time=")
    assert report.endswith(f"row={row['real_tx_id']}")
    assert page.link(row["offer"]) == f"/integrations/int-eu/offers/{row['offer_id']}/"
    copied = [button["data-copy"] for button in page.all("button") if button["data-copy"]]
    assert row["real_tx_id"] in copied
    assert row["transaction_id"] in copied


def test_the_newest_row_is_found_though_none_is_newer(admin_client, rows):
    newest, *older = rows("conversion")[:6]
    page = visit(admin_client, trace_of(newest["real_tx_id"]))
    times = table_times(page, "Rows around it: conversions")
    assert clock_words(newest["date_time"]) in traced(page)
    assert times[-5:] == [clock_words(row["date_time"]) for row in older]


def test_the_oldest_row_of_the_time_chosen_is_found(admin_client, rows):
    within = rows("impression", hours=1)
    newer, oldest = within[-6:-1], within[-1]
    page = visit(admin_client, trace_of(oldest["real_tx_id"], **last(1)))
    times = table_times(page, "Rows around it: impressions")
    assert times[: len(newer)] == [clock_words(row["date_time"]) for row in newer]
    assert traced(page) == [clock_words(oldest["date_time"])]


def test_a_row_outside_the_time_chosen_is_not_denied_but_looked_for_in_a_longer_one(admin_client, rows):
    row = rows("click", hours=3)[99]
    page = visit(admin_client, trace_of(row["real_tx_id"], **last(1)))
    assert "The clicks report knows the ID, but has no such row between" in page.text
    wider = visit(admin_client, page.link("Look in the last year"))
    assert traced(wider) == [clock_words(row["date_time"])]


def test_an_id_that_is_no_cursor_leads_to_a_scan_and_to_the_other_integration(admin_client, rows):
    row = rows("click", integration="int-us")[5]
    page = visit(admin_client, trace_of(row["real_tx_id"]))
    assert "No row has this ID as its real_tx_id" in page.text
    assert "scan=on" in page.link("Last 24 hours")
    elsewhere = visit(admin_client, page.link("trace it in US network"))
    assert traced(elsewhere) == [clock_words(row["date_time"])]


def test_rows_of_the_same_publisher_and_offer_stand_below_and_those_that_share_an_id_are_marked(
    admin_client, sandbox, rows
):
    row = rows("conversion")[30]
    akin = {
        **rows("click")[0],
        "real_tx_id": "other-1",
        "transaction_id": row["transaction_id"],
        "external_transaction_id": "",
    }
    stranger = {**rows("click")[1], "real_tx_id": "other-2"}
    frame = {"data": {"data": [akin, stranger], "pageInfo": {"hasNextPage": True, "endCursor": "other-2"}}}
    # The first call asks for the cursor; the second for what is akin.
    fault = {
        "kind": "status",
        "operation": "clickReport",
        "skip": 1,
        "times": 1,
        "status": 200,
        "body": frame,
    }
    sandbox.faults(fault)
    page = visit(admin_client, trace_of(row["real_tx_id"]))
    marked = [line for line in page.all("tr") if "shared" in line["class"].split()]
    assert [line.cells[1] for line in marked] == ["Same Transaction ID"]
    assert "There are more; the report has them all." in page.text
    asked = dict(sandbox.journal("clickReport")[-1]["query"])
    assert asked["filter[offer_id]"] == str(row["offer_id"])
    assert asked["filter[publisher]"] == str(row["publisher_id"])


def test_how_far_around_is_compared_can_be_changed(admin_client, sandbox, rows):
    row = rows("conversion")[30]
    page = visit(admin_client, trace_of(row["real_tx_id"]))
    wider = next(a["href"] for a in page.all("a") if a.text == "± 72 h")
    visit(admin_client, wider.split("#")[0])
    start, end = (
        dict(sandbox.journal("clickReport")[-1]["query"])[f"{name}_time"] for name in ("start", "end")
    )
    assert (start[:10], end[:10]) != (row["date_time"][:10],) * 2


@pytest.mark.parametrize("kind", KINDS)
def test_one_report_that_fails_leaves_the_others(admin_client, sandbox, rows, kind):
    other = KINDS[(KINDS.index(kind) + 1) % 3]
    row = rows(other)[10]
    sandbox.faults({"kind": "status", "operation": f"{kind}Report", "times": None, "status": 500})
    page = visit(admin_client, trace_of(row["real_tx_id"]))
    assert traced(page) == [clock_words(row["date_time"])]
    failed = page.one("section", id=REPORTS[kind]).text
    assert "The API has a fault" in failed


@pytest.mark.parametrize(
    ("status", "headers", "answered", "words"),
    [
        (429, {"Retry-After": "30"}, 429, "The API asks us to wait 30 seconds"),
        (401, {}, 403, "Your API key was refused"),
        (503, {}, 502, "The API has a fault"),
    ],
)
def test_what_fails_everywhere_is_said_once(admin_client, sandbox, rows, status, headers, answered, words):
    row = rows("click")[10]
    sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": status, "headers": headers})
    page = visit(admin_client, trace_of(row["real_tx_id"]), status=answered)
    assert page.text.count(words) == 1


def test_a_refusal_that_is_not_about_the_cursor_is_shown(admin_client, sandbox, rows):
    row = rows("click")[10]
    body = {"message": "The range is too long", "errors": {"start_time": ["is too early"]}}
    rule = {"kind": "status", "operation": "conversionReport", "times": None, "status": 400, "body": body}
    sandbox.faults(rule)
    page = visit(admin_client, trace_of(row["real_tx_id"]))
    assert "The range is too long" in page.one("section", id="conversions").text


def test_an_api_that_takes_any_cursor_is_not_believed(admin_client, sandbox, rows):
    row = rows("click")[10]
    frame = {"data": {"data": [row], "pageInfo": {"endCursor": row["real_tx_id"]}}}
    rule = {"kind": "status", "operation": "*", "times": None, "status": 200, "body": frame}
    sandbox.faults(rule)
    page = visit(admin_client, trace_of("another-id-0001"))
    assert traced(page) == []
    assert "Not within this time" in page.text


def test_values_of_a_row_are_text_whatever_they_hold(admin_client, sandbox, rows):
    hostile = {
        "real_tx_id": "hostile-0001",
        "transaction_id": "<script>alert(1)</script>",
        "offer": "<img src=x onerror=alert(1)>",
        "offer_id": {"a": [1]},
        "publisher": None,
        "status": ["<b>"],
        "date_time": "javascript:alert(1)",
        "url": "javascript:alert(1)",
        "<key>": '"><svg onload=alert(1)>',
        "payout": True,
    }
    frame = {"data": {"data": [hostile], "pageInfo": {"endCursor": "hostile-0001"}}}
    sandbox.faults({"kind": "status", "operation": "*", "times": None, "status": 200, "body": frame})
    page = visit(admin_client, trace_of("hostile-0001"))
    text = page.response.content.decode()
    assert "<script>alert" not in text
    assert "<img src=x" not in text
    assert "<svg onload" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("", "Paste the ID of a transaction."),
        ("   \t ", "Paste the ID of a transaction."),
        ("x" * 10_000, "at most 200 characters"),
    ],
)
def test_an_id_that_cannot_be_one_is_not_sent(admin_client, sandbox, typed, shown):
    page = visit(admin_client, trace_of(typed), status=422)
    assert shown in page.text
    assert sandbox.journal() == []


@pytest.mark.parametrize(
    "typed", ["<script>alert(1)</script>", "a/b", "a%2Fb", "..", "\x00\x1b[31mred", "a\r\nb", "‮abc", "?&=#"]
)
def test_odd_ids_are_looked_for_as_they_are(admin_client, sandbox, typed):
    page = visit(admin_client, trace_of(typed))
    assert "No row has this ID" in page.text
    assert "<script>alert" not in page.response.content.decode()


def test_spaces_and_invisible_signs_around_an_id_do_not_matter(admin_client, rows):
    row = rows("click")[10]
    page = visit(admin_client, trace_of(f"\ufeff {row['real_tx_id']}\u200b\n"))
    assert traced(page) == [clock_words(row["date_time"])]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"timezone": "Nowhere/Else"}, "There is no time zone"),
        ({"start_time": "2026-01-02 00:00:00"}, "Start and end belong together"),
        ({"start_time": "2026-01-02", "end_time": "2026-01-01"}, "The end is before the start"),
        ({"start_time": "2099-01-01", "end_time": "2099-01-02"}, "The start is in the future"),
        ({"start_time": "yesterday", "end_time": "today"}, "Write a date and time"),
        ({"integration_id": "int-nobody"}, "You have no key for an integration with this ID"),
    ],
)
def test_a_wrong_time_zone_or_integration_is_named_and_nothing_asked(
    admin_client, sandbox, parameters, words
):
    page = visit(admin_client, trace_of("6b0820046a3b9aa2da", **parameters), status=422)
    assert words in page.text
    assert sandbox.journal() == []


def test_another_persons_integration_is_not_open(admin_client, manager, service, sandbox):
    page = visit(signed_in(manager), trace_of("6b0820046a3b9aa2da"))
    assert "No service is connected yet" in page.text
    assert sandbox.journal() == []


def test_each_person_asks_with_their_own_key(manager, manager_connection, sandbox, rows):
    row = rows("click")[10]
    seen = len(sandbox.journal())
    visit(signed_in(manager), trace_of(row["real_tx_id"]))
    assert {entry["key"] for entry in sandbox.journal()[seen:]} == {sandbox.journal()[-1]["key"]}
    assert "manager" in sandbox.journal()[-1]["key"]


def test_a_key_of_another_organisation_finds_nothing(manager, service, sandbox, rows):
    connect(manager, service, sandbox.other_organisation_key)
    row = rows("click")[10]
    page = visit(signed_in(manager), trace_of(row["real_tx_id"]), status=404)
    assert clock_words(row["date_time"]) not in page.text


def test_the_page_without_an_id_explains_itself(admin_client, sandbox):
    page = visit(admin_client, "/trace/")
    assert "real_tx_id of a click, conversion or impression" in page.text
    assert sandbox.journal() == []


def test_a_list_that_finds_nothing_offers_to_look_for_a_transaction(admin_client, rows):
    row = rows("click")[10]
    found = visit(
        admin_client, at("/integrations/int-eu/offers/", **{"filter[name][contains]": row["real_tx_id"]})
    )
    page = visit(admin_client, found.link("Look for it as a transaction"))
    assert traced(page) == [clock_words(row["date_time"])]
    named = visit(admin_client, at("/publishers/", **{"filter[name][contains]": "nothing like this"}))
    assert "transaction" not in named.one("div", class_="empty-state").text


def test_any_id_copied_from_a_table_is_found_at_once(admin_client, rows, sandbox, calls):
    row = rows("conversion")[5]
    other = next(row[name] for name in ("transaction_id", "external_transaction_id") if row.get(name))
    visit(admin_client, at("/reports/conversions/", integration_id="int-eu", **last(3)))
    calls()
    page = visit(admin_client, trace_of(f"\u200b{other} "))
    assert "No row has this ID" not in page.text
    assert row["real_tx_id"] in page.text
    assert len(calls()) <= 8


def test_nobody_elses_rows_are_found_by_what_another_person_saw(admin_client, manager_client, rows):
    row = rows("conversion")[5]
    other = next(row[name] for name in ("transaction_id", "external_transaction_id") if row.get(name))
    visit(admin_client, at("/reports/conversions/", integration_id="int-eu", **last(3)))
    page = visit(manager_client, trace_of(other))
    assert "No row has this ID" in page.text
