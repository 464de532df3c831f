"""The state of a list and its query string, both ways."""

from datetime import datetime
from urllib.parse import parse_qsl

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from apps.api.contract.contract import builtin_contract
from apps.api.query import Filter, ListQuery
from apps.resources.lists.state import FieldCatalogue, ListState
from apps.text.typed import one_line
from apps.ui.paging import DEFAULT_PAGE_SIZE, PAGE_SIZES

CATALOGUE = FieldCatalogue(builtin_contract().record_fields("Offers"), builtin_contract())


def read(query: str) -> ListState:
    return ListState.from_query(QueryDict(query), CATALOGUE)


def read_again(state: ListState) -> ListState:
    return read(state.query_string().removeprefix("?"))


def test_an_empty_query_is_the_first_page_of_everything():
    assert read("") == ListState((), (), 1, DEFAULT_PAGE_SIZE, ())


def test_every_part_is_read_and_handed_to_the_client():
    state = read(
        "filter[active]=true&filter[name][contains]=summer&sort=-created_at,name&page[number]=2&page[size]=25"
    )
    filters = (Filter("active", "eq", "true"), Filter("name", "contains", "summer"))
    assert state == ListState(filters, ("-created_at", "name"), 2, 25)
    assert state.list_query() == ListQuery(2, 25, ("-created_at", "name"), filters)


def test_the_canonical_query_string_leaves_defaults_out_and_brackets_readable():
    state = read("page[number]=1&page[size]=50&filter[active][eq]=true&sort=name")
    assert state.query_string() == "?filter[active]=true&sort=name"
    assert read("").query_string() == ""


@pytest.mark.parametrize("value", ["a&b=c", "100%", "a+b", "#1", "ü 🎉", "a;b", '"<b>"', "x=y", "a,b"])
def test_any_text_survives_the_address(value):
    state = ListState().with_filter(Filter("name", "contains", value))
    assert read_again(state) == state


FIELD_VALUES = {
    "active": st.sampled_from(["true", "false"]),
    "visibility": st.sampled_from(["Public", "Private", "Requires_Approval"]),
    "advertiser_id": st.integers(-(10**9), 10**9).map(str),
    "default_payout.payout": st.decimals(0, 10**6, allow_nan=False, places=2).map(lambda d: format(d, "f")),
    "created_at": st.datetimes(datetime(1900, 1, 2), datetime(2200, 12, 30)).map(
        lambda moment: f"{moment.isoformat()}Z"
    ),
}
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30).filter(
    lambda text: text == one_line(text) and "," not in text
)
TYPED_FILTERS = st.sampled_from(sorted(FIELD_VALUES)).flatmap(
    lambda name: st.builds(
        Filter, st.just(name), st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]), FIELD_VALUES[name]
    )
)
TEXT_FILTERS = st.builds(Filter, st.just("name"), st.sampled_from(CATALOGUE.operators), TEXTS)
STATES = st.builds(
    ListState,
    st.lists(TYPED_FILTERS | TEXT_FILTERS, max_size=5, unique_by=lambda f: (f.field, f.operator)).map(tuple),
    st.lists(st.sampled_from(["name", "created_at", "-default_payout.payout"]), max_size=3, unique=True).map(
        tuple
    ),
    st.integers(1, 10**9),
    st.sampled_from(PAGE_SIZES),
)


@given(STATES)
def test_every_state_comes_back_from_its_query_string(state):
    assert read_again(state) == state
    assert dict(parse_qsl(state.query_string()[1:])) == dict(state.parameters())


@given(st.text(max_size=200))
def test_no_query_string_is_too_wrong_to_be_read(query):
    state = read(query)
    assert state.page_number >= 1
    assert state.page_size in PAGE_SIZES
    assert read_again(state).problems == ()


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("filter[colour]=red", "There is no field “colour” to filter by; the filter was ignored."),
        ("filter[default_payout]=1", "There is no field “default_payout” to filter by"),
        ("filter[name][like]=x", "The API has no filter operator “like”"),
        ("filter[active]=maybe", "“maybe” is not true or false for “Active”"),
        ("filter[active]=True", "“True” is not true or false for “Active”"),
        ("filter[visibility]=Secret", "“Secret” is not one of Public, Private, Requires_Approval"),
        ("filter[visibility][in]=Public,Secret", "“Secret” is not one of"),
        ("filter[advertiser_id]=ten", "“ten” is not a whole number for “Advertiser ID”"),
        ("filter[advertiser_id][in]=1,x,3", "“x” is not a whole number"),
        ("filter[advertiser_id]=1_000", "“1_000” is not a whole number"),
        ("filter[advertiser_id]=%D9%A3", "“\u2068٣\u2069” is not a whole number"),
        ("filter[default_payout.payout][gte]=much", "“much” is not a number for “Payout”"),
        ("filter[default_payout.payout]=NaN", "“NaN” is not a number"),
        ("filter[default_payout.payout]=1e5", "“1e5” is not a number"),
        (
            "filter[created_at][gte]=yesterday",
            "“yesterday” is not a date such as 2026-10-01 for “Created”",
        ),
        ("filter[created_at]=2026-02-30", "“2026-02-30” is not a date"),
        ("sort=colour", "There is no field “colour” to sort by; it was ignored."),
        ("sort=default_payout", "There is no field “default_payout” to sort by"),
        ("sort=--name", "There is no field “-name” to sort by"),
        ("sort=-", "There is no field “” to sort by"),
        ("page[number]=0", "page[number] must be a whole number from 1; “0” was ignored."),
        ("page[number]=-3", "“-3” was ignored"),
        ("page[number]=two", "“two” was ignored"),
        ("page[number]=%D9%A3", "“٣” was ignored"),
        ("page[number]=10000000000000", "“10000000000000” was ignored"),
        ("page[size]=30", "A page has 25, 50, 100 rows; 30 was ignored."),
        ("page[size]=1000", "1000 was ignored"),
        ("page[size]=x", "page[size] must be a whole number"),
        ("colour=red", "“colour” is not part of a list's address and was ignored."),
        ("filter=x", "“filter” is not part of a list's address"),
        ("filter[name][]=x", "“filter[name][]” is not part of a list's address"),
        ("filter[a][b][c]=x", "“filter[a][b][c]” is not part of a list's address"),
        ("page[offset]=1", "“page[offset]” is not part of a list's address"),
    ],
)
def test_what_cannot_be_sent_is_left_out_and_named(query, words):
    state = read(query)
    assert [words in problem for problem in state.problems] == [True]
    assert state.parameters() == []


def test_a_wrong_part_takes_no_right_part_with_it():
    state = read("filter[active]=true&filter[colour]=red&sort=name,colour&page[number]=3&page[size]=7")
    assert state.query_string() == "?filter[active]=true&sort=name&page[number]=3"
    assert len(state.problems) == 3


def test_problems_do_not_follow_a_link():
    state = read("filter[colour]=red")
    assert state.with_page(2).problems == ()
    assert state.with_sort("name").problems == ()


@pytest.mark.parametrize(
    "query",
    [
        "filter[created_at][gte]=2026-11-21",
        "filter[created_at][lt]=2026-11-21T10:00:00Z",
        "filter[created_at][lt]=2026-11-21T10:00:00%2B02:00",
        "filter[default_payout.payout][gte]=-4.50",
        "filter[default_payout.payout_type]=CPA",
        "filter[advertiser_id][in]=1,2,3",
        "filter[visibility][contains]=Pub",
        "filter[id]=1001",
        "sort=-default_payout.revenue",
    ],
)
def test_dotted_fields_and_each_type_are_accepted(query):
    state = read(query)
    assert state.problems == ()
    assert state.filters or state.sort


def test_an_empty_filter_is_no_filter_and_no_problem():
    assert read("filter[name][contains]=&filter[active]=+") == ListState()


def test_the_last_of_a_repeated_filter_counts():
    assert read("filter[name]=a&filter[name][eq]=b").filters == (Filter("name", "eq", "b"),)


def test_sorting_goes_up_then_down_then_back_to_the_apis_own_order():
    state = ListState(page_number=4)
    up = state.with_sort("name")
    down = up.with_sort("name")
    assert (up.sort, down.sort, down.with_sort("name").sort) == (("name",), ("-name",), ())
    assert down.with_sort("id").sort == ("id",)
    assert up.page_number == 1


def test_changing_a_filter_returns_to_page_one():
    item = Filter("name", "contains", "x")
    state = ListState((item,), ("name",), 7, 25)
    for changed in (
        state.with_filter(Filter("active", "eq", "true")),
        state.without_filter(item),
        state.with_size(100),
    ):
        assert changed.page_number == 1
        assert changed.sort == ("name",)
    assert state.with_page(8).filters == (item,)


def test_a_filter_takes_the_place_of_the_one_on_the_same_field_and_operator():
    low, high = Filter("id", "gte", "1"), Filter("id", "lte", "9")
    state = ListState((low, high)).with_filter(Filter("id", "gte", "5"))
    assert state.filters == (high, Filter("id", "gte", "5"))
    assert state.value_of("id", "gte") == "5"
    assert state.value_of("id") == ""


def test_fields_to_filter_by_have_one_value_to_compare_with():
    names = CATALOGUE.names()
    assert {"id", "name", "default_payout.payout", "created_at"} <= set(names)
    assert "default_payout" not in names
    assert "colour" not in CATALOGUE
