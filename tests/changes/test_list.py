"""The list of changes: what a person did, who did what, and every way to narrow it."""

from datetime import UTC, datetime, timedelta
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from apps.audit.models import Entry
from tests.changes.conftest import CHANGES, OFFER
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db(transaction=True)


def whats(page) -> list[str]:
    """The rows, each as its text."""
    return [" ".join(row.text.split()) for row in page.all("tr")[1:]]


def test_nothing_stands_there_at_first(admin_client):
    assert "No changes yet" in visit(admin_client, CHANGES).text


def test_a_save_stands_there_with_who_what_fields_and_outcome(admin_client, edit, store):
    before = store[1001]["default_payout"]["payout"]
    edit(default_payout__payout="7.25")
    (row,) = whats(visit(admin_client, CHANGES))
    assert row.startswith("Update offer")
    assert f"Payout {before:.2f} → to 7.25" in row
    assert "Done" in row
    assert "admin@example.com" in row
    assert "Offers, edit" in row


def test_actions_and_archives_stand_there_newest_first(admin_client, store):
    store.change(1001, active=True)
    admin_client.post(f"{OFFER}act/", {"action": "deactivate"})
    admin_client.post(f"{OFFER}archive/")
    page = visit(admin_client, CHANGES)
    archived, deactivated = whats(page)
    assert archived.startswith("Archive offer")
    assert deactivated.startswith("Deactivate offer")
    assert "Active" in deactivated


def test_htmx_gets_the_results_alone_and_the_address(admin_client, edit):
    edit(name="Renamed")
    page = visit(admin_client, f"{CHANGES}?resource=offers", fragment=True)
    assert len(page.rows) == 1
    assert page.response["HX-Push-Url"] == f"{CHANGES}?resource=offers"


def test_empty_filters_are_taken_out_of_the_address(admin_client):
    response = admin_client.get(f"{CHANGES}?q=&resource=offers&field=")
    assert (response.status_code, response["Location"]) == (302, f"{CHANGES}?resource=offers")


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("person=admin@example.com", 3),
        ("person=ADMIN@example.com&resource=offers", 2),
        ("person=nobody@example.com", 0),
        ("resource=offers", 2),
        ("resource=publishers", 1),
        ("resource=exports", 0),
        ("record=1001", 1),
        ("record=1001&resource=publishers", 0),
        ("record=1001&resource=offers&integrationID=int-eu", 1),
        ("record=1001&resource=offers&integrationID=int-us", 0),
        ("field=payout", 1),
        ("field=default_payout.payout", 1),
        ("field=Payout", 1),
        ("field=pay", 0),
        ("value=7.25", 1),
        ("value=7.2500", 1),
        ("value=7,25", 1),
        ("value=lantern", 2),
        ("field=name&value=lantern", 2),
        ("field=payout&value=lantern", 0),
        ("value=field", 0),
        ("outcome=done", 3),
        ("outcome=failed", 0),
        ("outcome=unknown", 0),
        ("outcome=sending", 0),
        ("origin=offers:edit", 2),
        ("origin=offers:act", 0),
        ("q=1002", 1),
        ("from=2026-01-01", 3),
        ("to=2026-01-01", 0),
        ("run=00000000-0000-0000-0000-000000000001", 0),
    ],
)
def test_a_filter_narrows_the_list(admin_client, edit, query, count):
    edit(default_payout__payout="7.25")
    edit(offer="/integrations/int-eu/offers/1002/", name="The lantern, of all")
    edit(offer="/publishers/5001/", name="Lantern House")
    page = visit(admin_client, f"{CHANGES}?{query}")
    assert len(page.rows) == count, page.text
    assert ("Searched since" in page.text) is any(
        query.startswith(name) for name in ("field", "value", "outcome", "origin", "q=")
    )


@pytest.mark.parametrize(
    "query",
    [
        "outcome=odd",
        "run=7",
        "from=yesterday",
        "to=2026-13-01",
        "older=7",
        "newer=2026-01-01_x",
        f"older=0001-01-01T00:00:00%2B14:00_{'0' * 32}",
        f"newer=9999-12-31T23:59:59-14:00_{'0' * 32}",
        "odd=1",
        "page[size]=7",
    ],
)
def test_what_makes_no_sense_is_named_and_left_out(admin_client, edit, query):
    edit(name="Renamed")
    page = visit(admin_client, f"{CHANGES}?{query}")
    assert len(page.rows) == 1
    assert page.one("div", class_="notice warn").text


def test_days_are_the_persons_own(admin, admin_client, edit):
    admin.time_zone = "Pacific/Kiritimati"
    admin.save()
    edit(name="Renamed")
    there = datetime.now(UTC).astimezone(ZoneInfo("Pacific/Kiritimati"))
    today, tomorrow = f"{there:%Y-%m-%d}", f"{there + timedelta(days=1):%Y-%m-%d}"
    assert len(visit(admin_client, f"{CHANGES}?from={today}&to={today}").rows) == 1
    assert not visit(admin_client, f"{CHANGES}?from={tomorrow}").rows


def test_pages_go_on_by_place_and_come_back(admin_client, edit, monkeypatch):
    monkeypatch.setattr("apps.ui.paging.PAGE_SIZES", (1, 2, 50))
    for number in range(5):
        edit(name=f"Name {number}")
    first = visit(admin_client, f"{CHANGES}?page[size]=2")
    assert [row.partition("Name ")[2][:1] for row in whats(first)] == ["3", "2"]
    second = visit(admin_client, first.link("Older"))
    assert whats(second) != whats(first)
    third = visit(admin_client, second.link("Older"))
    assert len(third.rows) == 1
    assert "Older" not in [link.text.strip() for link in third.all("a")]
    back = visit(admin_client, third.link("Newer"))
    assert whats(back) == whats(second)
    assert whats(visit(admin_client, back.link("Newer"))) == whats(first)


def test_a_search_that_looks_at_much_stops_and_goes_on(admin_client, edit, monkeypatch):
    for number in range(4):
        edit(name=f"Name {number}")
    monkeypatch.setattr("apps.changes.page.MOST_LOOKED_AT", 1)
    monkeypatch.setattr("apps.changes.search.LogSearch.__init__.__kwdefaults__", {"at_once": 3, "most": None})
    # Every entry holds the word in the log, and none in its values.
    page = visit(admin_client, f"{CHANGES}?value=after")
    assert "No changes match" in page.text
    assert "1 changes were looked through" in page.text
    page = visit(admin_client, page.link("Older"))
    assert "looked through" not in page.text
    assert not page.rows


def test_the_file_holds_what_the_filter_leaves_on_all_pages(admin_client, edit, monkeypatch):
    monkeypatch.setattr("apps.ui.paging.PAGE_SIZES", (1, 2, 50))
    for number in range(3):
        edit(name=f"=Name {number}")
    edit(offer="/publishers/5001/", name="Other")
    page = visit(admin_client, f"{CHANGES}?resource=offers&page[size]=1")
    response = admin_client.get(page.link("Download CSV"))
    text = b"".join(response.streaming_content).decode()
    assert response["Content-Disposition"].startswith('attachment; filename="changes_')
    head, *lines = text.removeprefix("\ufeff").strip().split("\r\n")
    assert head.startswith('"time","person"')
    assert len(lines) == 3
    assert 'name: ""=Name 1"" → ""=Name 2""' in lines[0]
    assert ',"\'=Name 2",' in lines[0] or ',"\'=Name 1",' in lines[0]


def test_an_entry_page_tells_everything(admin_client, admin_connection, edit):
    edit(name="Renamed")
    entry = Entry.objects.get()
    page = visit(admin_client, reverse("changes:entry", args=[entry.pk]))
    for words in (
        "Renamed",
        "updateOffer",
        admin_connection.key_name,
        "Sandbox",
        "Body as sent",
        "int-eu",
        "1 time",
    ):
        assert words in page.text, words
    assert page.link("Open the record") == OFFER
    assert quote("int-eu") in page.link("History of the record")


def test_a_password_is_masked_everywhere(admin_client, edit):
    edit(offer="/users/usr-main-003/", password="Correct-horse-battery-7", name="Renamed")
    entry = Entry.objects.get()
    for address in (CHANGES, reverse("changes:entry", args=[entry.pk])):
        assert "Correct-horse" not in visit(admin_client, address).text
    text = b"".join(admin_client.get(reverse("changes:file")).streaming_content).decode()
    assert "Correct-horse" not in text
