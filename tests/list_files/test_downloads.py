"""A list as a file: the filter, sort and columns seen, all pages, and values that come back."""

import io
import re

import openpyxl
import pytest
from django.urls import reverse

from apps.accounts.models import Role, User
from apps.api.errors import ApiError
from apps.resources import registry
from tests.list_files.conftest import rows_of
from tests.offers.conftest import LIST, store
from tests.resources.every.places import known_ids
from tests.resources.pages import Page
from tests.support.people import PASSWORD, connect, signed_in

__all__ = ["store"]

pytestmark = pytest.mark.django_db
PLACE = known_ids(1)
OFFERS_CSV = f"/list-files{LIST}csv/"
OFFERS_XLSX = f"/list-files{LIST}xlsx/"
RESOURCES = [resource.name for resource in registry.resources()]


def address(name, kind, query=""):
    """The address of a resource's list as a file."""
    path = {one: PLACE[one] for one in registry.named(name).path_parameters}
    return reverse(f"list_files:{name}_{kind}", kwargs=path) + query


@pytest.mark.parametrize("name", RESOURCES)
def test_every_list_leads_to_its_files(admin_client, name):
    resource = registry.named(name)
    page = Page(admin_client.get(resource.url("list", PLACE) + "?sort=-id"))
    assert page.link("CSV") == address(name, "csv", "?sort=-id")
    rows = rows_of(admin_client.get(page.link("CSV")))
    assert [column.field for column in resource.columns] == [
        header for header in rows[0] if header in {column.field for column in resource.columns}
    ]
    # "Offers: 1–50 of 1,284", or "Users: 12 rows" where those are all.
    total = int(re.findall(r"[0-9,]+", page.one("div", id="results")["data-announce"])[-1].replace(",", ""))
    assert len(rows) == total + 1
    ids = [row[rows[0].index("id")] for row in rows[1:]]
    assert len(set(ids)) == total
    sheet = openpyxl.load_workbook(
        io.BytesIO(admin_client.get(address(name, "xlsx", "?sort=-id")).getvalue())
    ).active
    assert [cell.value for cell in sheet[1]] == rows[0]
    assert [str(cell.value) for cell in sheet["ABCDEFGH"[rows[0].index("id")]][1:]] == ids


def test_filter_and_sort_are_those_of_the_list(admin_client):
    rows = rows_of(admin_client.get(OFFERS_CSV + "?filter[active]=true&sort=-name&page[number]=2"))
    active, record_id = rows[0].index("active"), rows[0].index("id")
    ids = [row[record_id] for row in rows[1:]]
    assert len(ids) > 100
    for number in (1, 2):
        page = Page(admin_client.get(f"{LIST}?filter[active]=true&sort=-name&page[number]={number}"))
        shown = [element["value"] for element in page.all("input", name="id")]
        assert shown == ids[(number - 1) * 50 : number * 50]
    assert {row[active] for row in rows[1:]} == {"true"}


def test_raw_values_stand_beside_what_people_read(admin_client, store):
    store.change(
        1001, name="=1+1; and\n'more", default_payout={"payout": 4.5, "revenue": None}, currency="EUR"
    )
    rows = rows_of(admin_client.get(OFFERS_CSV + "?filter[id]=1001"))
    row = dict(zip(*rows, strict=True))
    assert row["id"] == "1001"
    assert row["name"].startswith("'=1+1")
    assert row["advertiser_id"].isdigit()
    assert row["advertiser_id (name)"] and not row["advertiser_id (name)"].isdigit()
    assert (row["default_payout.payout"], row["default_payout.revenue"], row["currency"]) == (
        "4.5",
        "",
        "EUR",
    )
    assert row["updated_at"].startswith("20") and "T" in row["updated_at"]


def test_ids_beyond_what_a_sheet_counts_to_stay_whole(admin_client, publishers):
    publishers(1, phone="0049 30 1234")
    sheet = openpyxl.load_workbook(
        io.BytesIO(admin_client.get(address("publishers", "xlsx")).getvalue())
    ).active
    rows = [
        dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in row], strict=True))
        for row in sheet
    ]
    assert rows[1]["id"] == "p000000"


def test_amounts_are_numbers_in_a_sheet_and_ids_are_texts(admin_client, store):
    store.change(1001, default_payout={"payout": 4.5, "revenue": 12345678901234567890}, advertiser_id=101)
    answer = admin_client.get(OFFERS_XLSX + "?filter[id]=1001")
    head, row = openpyxl.load_workbook(io.BytesIO(answer.getvalue())).active.iter_rows(values_only=True)
    values = dict(zip(head, row, strict=True))
    assert values["default_payout.payout"] == 4.5
    assert values["default_payout.revenue"] == "12345678901234567890"
    assert (values["id"], values["advertiser_id"]) == ("1001", "101")


def test_a_list_that_breaks_off_does_not_look_whole(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "listOffers", "status": 500, "skip": 1, "times": None})
    answer = admin_client.get(OFFERS_CSV)
    assert answer.status_code == 200
    with pytest.raises(ApiError):
        b"".join(answer.streaming_content)
    sandbox.faults({"kind": "status", "operation": "listOffers", "status": 500, "skip": 1, "times": None})
    # A workbook is made before its first byte is sent.
    answer = admin_client.get(OFFERS_XLSX)
    assert answer.status_code == 502
    assert "Content-Disposition" not in answer


def test_at_most_four_pages_are_asked_for_at_a_time(admin_client, sandbox, publishers):
    publishers(1_900)
    rows = rows_of(admin_client.get(address("publishers", "csv")))
    assert len(rows) == 1_901
    pages = [dict(entry["query"])["page[number]"] for entry in sandbox.journal("listPublishers")]
    assert sorted(map(int, pages)) == list(range(1, 20))


def test_a_record_that_moved_to_another_page_counts_once(admin_client, sandbox, publishers):
    publishers(300)
    answer = admin_client.get(address("publishers", "csv"))
    parts = iter(answer.streaming_content)
    begun = next(parts)
    store = sandbox.application.store
    with store.lock:
        # It becomes the first: all others move on by one.
        first = {"id": "a", "name": "Came meanwhile"}
        records = store.records(("org-main", "publishers", ""))
        store.write([(("org-main", "publishers", ""), str(record["id"]), None) for record in records])
        place = ("org-main", "publishers", "")
        store.write([(place, str(record["id"]), record) for record in [first, *records]])
    text = (begun + b"".join(parts)).decode()
    assert len(text.splitlines()) == len(set(text.splitlines()))


def test_a_viewer_may_download(service, sandbox):
    person = User.objects.create_user("viewer@example.com", PASSWORD, role=Role.VIEWER)
    connect(person, service, sandbox.admin_key)
    assert len(rows_of(signed_in(person).get(OFFERS_CSV + "?filter[id]=1001"))) == 2


def test_what_the_api_refuses_is_said_on_a_page(admin_client, sandbox):
    sandbox.faults({"kind": "status", "operation": "listOffers", "status": 403})
    answer = admin_client.get(OFFERS_CSV)
    assert answer.status_code == 403
    assert "Content-Disposition" not in answer


def test_an_empty_list_is_a_file_with_its_header(admin_client):
    assert len(rows_of(admin_client.get(OFFERS_CSV + "?filter[id]=nothing"))) == 1
