"""What a person types as a filter is sent as it is meant, or refused in words; never something else."""

from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from apps.api.contract.contract import builtin_contract
from apps.resources.lists.state import FieldCatalogue, ListState
from apps.resources.lists.time_filters import spans
from apps.resources.lists.typed_filters import typed_filter
from tests.resources.rules import visit

CATALOGUE = FieldCatalogue(builtin_contract().record_fields("Offers"), builtin_contract())
BERLIN, HAVANA, BEIRUT = (ZoneInfo(name) for name in ("Europe/Berlin", "America/Havana", "Asia/Beirut"))
OFFERS = "/integrations/int-eu/offers/"


def sent(query: str, zone=BERLIN) -> list[tuple[str, str]]:
    state = ListState.from_query(QueryDict(query), CATALOGUE, zone)
    assert state.problems == ()
    again = ListState.from_query(QueryDict(state.query_string()[1:]), CATALOGUE, zone)
    assert (again.filters, again.is_rewritten) == (state.filters, False)
    return [(item.operator, item.value) for item in state.filters]


@pytest.mark.parametrize(
    ("operator", "bounds"),
    [
        ("", [("gte", "2026-09-30T22:00:00Z"), ("lt", "2026-10-01T22:00:00Z")]),
        ("[gte]", [("gte", "2026-09-30T22:00:00Z")]),
        ("[gt]", [("gte", "2026-10-01T22:00:00Z")]),
        ("[lt]", [("lt", "2026-09-30T22:00:00Z")]),
        ("[lte]", [("lt", "2026-10-01T22:00:00Z")]),
    ],
)
def test_a_day_is_the_whole_day_that_the_persons_pages_show(operator, bounds):
    assert sent(f"filter[created_at]{operator}=2026-10-01") == bounds


@pytest.mark.parametrize(
    ("day", "zone", "start", "end"),
    [
        ("2026-03-29", BERLIN, "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"),
        ("2026-10-25", BERLIN, "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z"),
        # There is no midnight on the day the clocks go forward, and two where they go back over it.
        ("2026-03-29", BEIRUT, "2026-03-28T22:00:00Z", "2026-03-29T21:00:00Z"),
        ("2026-11-01", HAVANA, "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z"),
    ],
)
def test_a_day_of_23_or_25_hours_is_whole(day, zone, start, end):
    assert sent(f"filter[created_at]={day}", zone) == [("gte", start), ("lt", end)]


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("2026-10-01T12:30", "2026-10-01T10:30:00Z"),
        ("2026-10-01 12:30:05", "2026-10-01T10:30:05Z"),
        ("2026-10-01T12:30:05.250Z", "2026-10-01T12:30:05.250Z"),
        ("2026-10-01T12:30:05%2B05:30", "2026-10-01T12:30:05+05:30"),
        ("%C2%A02026-10-01T12:30%E2%80%8B", "2026-10-01T10:30:00Z"),
    ],
)
def test_a_time_is_on_the_persons_clock_unless_it_says_another(typed, value):
    assert sent(f"filter[created_at][gte]={typed}") == [("gte", value)]


def test_of_two_bounds_both_hold():
    assert sent("filter[created_at][gte]=2026-10-05&filter[created_at]=2026-10-01") == [
        ("gte", "2026-10-04T22:00:00Z"),
        ("lt", "2026-10-01T22:00:00Z"),
    ]


@pytest.mark.parametrize(
    "query",
    [
        "filter[created_at][ne]=2026-10-01",
        "filter[created_at][in]=2026-10-01,2026-10-02",
        "filter[created_at][contains]=2026",
        "filter[created_at]=0001-01-01",
        "filter[created_at][lte]=9999-12-31",
        "filter[created_at][lte]=9999-12-31T23:59",
    ],
)
def test_what_cannot_be_asked_of_a_day_is_refused_in_words(query):
    state = ListState.from_query(QueryDict(query), CATALOGUE, BERLIN)
    assert state.filters == ()
    assert len(state.problems) == 1


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("filter[created_at]=2026-10-25", ["on 25 Oct 2026"]),
        ("filter[created_at][gte]=2026-10-01", ["on or after 1 Oct 2026"]),
        ("filter[created_at][lte]=2026-10-01", ["on or before 1 Oct 2026"]),
        (
            "filter[created_at][gte]=2026-10-01&filter[created_at][lte]=2026-10-02",
            ["on or after 1 Oct 2026", "on or before 2 Oct 2026"],
        ),
        ("filter[created_at][gt]=2026-10-01T12:30", ["after 1 Oct 2026, 12:30"]),
    ],
)
def test_a_chip_says_the_day_again(query, words):
    state = ListState.from_query(QueryDict(query), CATALOGUE, BERLIN)
    assert [span.words for span in spans(state.filters, BERLIN)] == words


@pytest.mark.parametrize(
    ("operator", "typed", "expected"),
    [
        ("eq", "\u200b Oak\xa0Media\t", ("eq", "Oak Media")),
        ("eq", '" Oak "', ("eq", " Oak ")),
        ("eq", '"Oak"', ("eq", '"Oak"')),
        ("eq", "Last, First", ("eq", "Last, First")),
        ("in", "a, b ,a,\xa0c ,,", ("in", "a,b,c")),
        ("in", '"Last, First"', ("eq", "Last, First")),
        ("in", '" x ", y', ("in", " x ,y")),
        ("in", '"Oak", Elm', ("in", '"Oak",Elm')),
        ("in", "Last", ("in", "Last")),
        ("contains", "  ", None),
        ("in", ' , "" ,\u200b', None),
    ],
)
def test_typed_values_are_cleaned_and_quotes_keep_what_they_hold(operator, typed, expected):
    item, problem = typed_filter("name", operator, typed)
    assert problem == ""
    assert (item and (item.operator, item.value)) == expected


def test_a_value_with_a_comma_cannot_be_one_of_several_and_it_says_so():
    item, problem = typed_filter("name", "in", '"Last, First", Elm')
    assert item is None
    assert "“Last, First” has a comma" in problem


def test_an_address_is_sent_as_it_stands_numbers_and_parts_of_texts_cleaned():
    assert sent("filter[name]=%20Oak%20") == [("eq", " Oak ")]
    assert sent("filter[name][in]=%20a,b") == [("in", " a,b")]
    assert sent("filter[name][contains]=%C2%A0Oak%E2%80%8BMedia") == [("contains", "Oak Media")]
    assert sent("filter[default_payout.payout][gte]=%20%204.50%C2%A0") == [("gte", "4.50")]
    assert sent("filter[visibility][in]=Public,%20Private") == [("in", "Public,Private")]


def test_a_day_is_filtered_by_in_the_zone_of_the_page(admin_client, admin, sandbox):
    admin.time_zone = "Europe/Berlin"
    admin.save()
    address = OFFERS + "?filter_field=created_at&filter_operator=eq&filter_value=2026-10-25"
    response = admin_client.get(address)
    assert response["Location"] == (
        f"{OFFERS}?filter[created_at][gte]=2026-10-24T22:00:00Z&filter[created_at][lt]=2026-10-25T23:00:00Z"
    )
    page = visit(admin_client, response["Location"])
    [chip] = [element.text for element in page.all("span", class_="chip")]
    assert chip == "Created on 25 Oct 2026 (Europe/Berlin)"


@pytest.fixture
def names(sandbox):
    """Advertisers with names that contain each other."""
    store = sandbox.application.store
    with store.lock:
        place = ("org-main", "advertisers", "")
        made = {"9001": "Oakland Trees", "9002": "Oakland Trees West", "9003": "Zed 2026", "9004": "Yew"}
        store.write([(place, key, {"id": int(key), "name": name}) for key, name in made.items()])
    return made


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("oakland trees", "9001"),
        ("Trees\xa0West", "9002"),
        ("\u200bZed 2026", "9003"),
        ("yew", "9004"),
        ("#9004", "9004"),
    ],
)
def test_an_advertiser_typed_by_name_becomes_its_id_and_the_chip_says_the_name(
    admin_client, names, typed, key
):
    for address in (
        {"filter[advertiser_id]": typed},
        {"filter_field": "advertiser_id", "filter_operator": "eq", "filter_value": typed},
    ):
        response = admin_client.get(OFFERS, address)
        assert response["Location"] == f"{OFFERS}?filter[advertiser_id]={key}"
    page = visit(admin_client, response["Location"])
    [chip] = [element.text for element in page.all("span", class_="chip")]
    assert chip == f"Advertiser: {names[key]} ({key})"


def test_several_are_to_choose_from_and_none_is_said(admin_client, names, sandbox):
    page = visit(admin_client, f"{OFFERS}?filter[advertiser_id]=Oakland")
    assert "2 advertisers have “Oakland” in the name. Choose the one you mean" in page.text
    assert page.link("Oakland Trees West (9002)") == f"{OFFERS}?filter[advertiser_id]=9002"
    page = visit(admin_client, f"{OFFERS}?filter[advertiser_id]=Nobody Ltd")
    assert "No advertiser has the name or ID “Nobody Ltd”; the filter was ignored." in page.text
    asked = [entry for entry in sandbox.journal("listOffers") if "Nobody" in str(entry)]
    assert asked == []


def test_a_name_that_looks_like_an_id_is_found_once_nothing_has_that_id(admin_client, sandbox):
    store = sandbox.application.store
    with store.lock:
        store.write([(("org-main", "advertisers", ""), "9005", {"id": 9005, "name": "20267"})])
    response = admin_client.get(f"{OFFERS}?filter[advertiser_id]=20267")
    assert response["Location"] == f"{OFFERS}?filter[advertiser_id]=9005"


@pytest.mark.parametrize(
    ("query", "operator", "value"),
    [
        ("filter[id]=%231001", "eq", "1001"),
        ("filter[id][ne]=%231001 ", "ne", "1001"),
        ("filter[id][in]=%231001;1002 1003%0A1004,,", "in", "1001,1002,1003,1004"),
    ],
)
def test_ids_are_taken_as_they_are_copied(query, operator, value):
    assert sent(query) == [(operator, value)]


def test_a_field_is_called_as_on_the_page(admin_client):
    page = visit(admin_client, f"{OFFERS}?filter_field=updated_at&filter_operator=eq&filter_value=2026-02-30")
    assert "“2026-02-30” is not a date such as 2026-10-01 for “Changed”." in page.text
