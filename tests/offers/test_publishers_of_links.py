"""Which publishers a page of tracking links is about: each typed entry is judged by itself."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import pytest

from apps.api.answers.records import Page
from apps.api.contract.openapi import Field
from apps.api.errors import ApiError, RequestRefused
from apps.offers.tracking_links import chosen_ids, find_publishers, named
from apps.publishers.resource import PublisherResource


@dataclass
class OddApi:
    """A list that is asked for several ids and answers in its own way."""

    answer: Callable[[list[str]], Page | ApiError]
    asked: list[list[str]] = field(default_factory=list)
    fields: Mapping[str, Field] = field(default_factory=lambda: {"id": Field("id", "integer")})
    resource: PublisherResource = field(default_factory=PublisherResource)

    def read_page(self, query):
        """One page, or the error raised."""
        self.asked.append(query.filters[0].value.split(","))
        answer = self.answer(self.asked[-1])
        if isinstance(answer, ApiError):
            raise answer
        return answer

    def get_or_none(self, key):
        """One record; only the first hundred are there."""
        self.asked.append([key])
        return {"id": int(key)} if int(key) <= 100 else None


def publishers_of(api, ids):
    """What an API says about the ids."""
    return find_publishers(api, ids)


def page_of(*ids):
    return Page([{"id": key, "name": f"Publisher {key}"} for key in ids], None, None, 1, 100)


def test_a_call_that_fails_leaves_only_its_own_ids_unchecked():
    api = OddApi(lambda ids: RequestRefused("list", "no", status=400) if "7" in ids else page_of(*ids[1:]))
    found = publishers_of(api, [*map(str, range(1, 101)), *map(str, range(101, 201))])
    assert found.error is not None
    assert found.unknown == ["101"]
    assert len(found.records) == 99


def test_where_the_api_does_not_filter_by_several_ids_a_few_are_read_one_by_one():
    found = publishers_of(OddApi(lambda ids: page_of(3, 4000)), ["3", "4", "500"])
    assert set(found.records) == {"3", "4"}
    assert found.unknown == ["500"]


def test_ids_are_compared_as_ids_and_one_that_no_publisher_can_have_is_not_sent():
    api = OddApi(lambda ids: page_of("7", "08", "x"))
    found = publishers_of(api, ["007", "８", "1.5", "9" * 30, "-1", "a,b"])
    assert api.asked[0] == ["7", "8"]
    assert found.ids == {"007": "7", "８": "08"}
    assert found.unknown == ["1.5", "9" * 30, "-1", "a,b"]


def test_what_nobody_sees_is_named_and_a_long_list_is_not_endless():
    assert named(["a\u200db"]) == "a\u200db (with U+200D, which nobody sees)"
    assert named([str(number) for number in range(30)]).endswith("19 and 10 more")
    assert len(named(["x" * 9000])) == 60


@pytest.mark.parametrize(
    ("publisher", "expected"),
    [
        ("1001, Oakl", ["1001", "Oakl"]),
        ("Blue Door 24", ["Blue Door 24"]),
        ("#7 8;Acme 9, 10", ["7", "8", "Acme 9", "10"]),
        (" \u200b ", []),
    ],
)
def test_each_entry_of_the_look_up_is_an_id_or_one_name(publisher, expected):
    assert chosen_ids(publisher, "") == expected
