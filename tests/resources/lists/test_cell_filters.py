"""Values of cells to filter by: as an address says them, and only where the API can compare."""

import pytest

from apps.api.client import JOB
from apps.resources import registry
from apps.resources.lists.cell_filters import CellFilters
from apps.resources.scope import Scope


@pytest.fixture
def offers(admin, admin_connection) -> Scope:
    return Scope.for_person(
        admin, registry.named("offers"), {"integrationID": "int-eu"}, profile=JOB, seconds=10
    )


RECORD = {
    "id": 1002,
    "name": "Card",
    "active": False,
    "advertiser_id": 131,
    "visibility": "Private",
    "default_payout": {"payout": 10},
    "updated_at": "2026-11-29T14:05:00Z",
}


def test_values_of_fixed_sets_and_references_are_filtered_by_as_an_address_says_them(offers):
    filters = CellFilters(offers)
    found = {
        filters.parameter(column): filters.value(column, RECORD)
        for column in offers.resource.columns
        if filters.parameter(column)
    }
    assert found == {
        "filter[active]": "false",
        "filter[advertiser_id]": "131",
        "filter[visibility]": "Private",
    }


@pytest.mark.parametrize("value", [None, "", [1], {"id": 1}, "not a number", "x" * 500])
def test_what_the_api_cannot_compare_with_is_no_filter(offers, value):
    filters = CellFilters(offers)
    advertiser = next(column for column in offers.resource.columns if column.field == "advertiser_id")
    assert filters.value(advertiser, {**RECORD, "advertiser_id": value}) == ""
