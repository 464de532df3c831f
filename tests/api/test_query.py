from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.api.query import Filter, ListQuery, path_segment, query_string


def test_a_query_spells_page_sort_and_filters_as_the_reference_does() -> None:
    query = ListQuery(
        page_number=2,
        page_size=100,
        sort=("-type", "name"),
        filters=(Filter("name", "contains", "a b"), Filter("default_payout.payout", value="5")),
    )
    assert query.parameters() == [
        ("page[number]", "2"),
        ("page[size]", "100"),
        ("sort", "-type,name"),
        ("filter[name][contains]", "a b"),
        ("filter[default_payout.payout]", "5"),
    ]


def test_a_page_is_never_larger_than_the_api_allows_nor_before_the_first() -> None:
    assert ListQuery(page_number=-3, page_size=5000).parameters()[:2] == [
        ("page[number]", "1"),
        ("page[size]", "100"),
    ]


@pytest.mark.parametrize(
    "condition", [Filter("a", "gte", "1"), Filter("a.b", "eq", "x"), Filter("a", value="")]
)
def test_a_filters_name_is_read_back(condition: Filter) -> None:
    assert Filter.from_parameter(condition.name, condition.value) == condition


@pytest.mark.parametrize(
    "name", ["sort", "filter", "filter[]", "filter[a][b][c]", "xfilter[a]", "filter[a]x"]
)
def test_another_parameter_is_no_filter(name: str) -> None:
    assert Filter.from_parameter(name, "1") is None


@given(st.lists(st.tuples(st.text(min_size=1), st.text())))
def test_any_text_arrives_as_it_was_sent(pairs: list[tuple[str, str]]) -> None:
    clean = [(name.replace("\0", ""), value.replace("\0", "")) for name, value in pairs]
    assert parse_qsl(query_string(clean), keep_blank_values=True) == clean


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1).filter(lambda text: "\0" not in text))
def test_a_path_value_stays_one_segment(value: str) -> None:
    segment = path_segment(value)
    assert not set(segment) & set("/?#\\ ")
    assert segment not in (".", "..")
    assert unquote(segment) == value


@pytest.mark.parametrize(
    "value, segment",
    [
        ("../users", "..%2Fusers"),
        ("a/b?x=", "a%2Fb%3Fx%3D"),
        ("%2e%2e", "%252e%252e"),
        ("..", "%2E%2E"),
        (".", "%2E"),
    ],
)
def test_a_hostile_id_stays_one_segment(value: str, segment: str) -> None:
    assert path_segment(value) == segment
