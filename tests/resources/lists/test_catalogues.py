"""What is worked out of a contract is kept by it, and what depends on the day and the zone by those besides."""

import json
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.api.contract.contract import BUILTIN_FILE, builtin_contract
from apps.resources import registry
from apps.resources.lists.catalogues import catalogue_of
from apps.resources.lists.chosen import known_views


@pytest.fixture
def offers():
    return registry.named("offers")


def test_a_contract_has_one_catalogue_and_another_contract_its_own(offers):
    contract = builtin_contract()
    assert catalogue_of(offers, contract) is catalogue_of(offers, contract)
    document = json.loads(BUILTIN_FILE.read_text())
    document["components"]["schemas"]["Offer"]["properties"]["shade"] = {"type": "string"}
    other = contract.overlaid(document)
    assert "shade" in catalogue_of(offers, other)
    assert "shade" not in catalogue_of(offers, contract)


def test_views_of_this_week_are_those_of_the_zone_that_pages_are_shown_in(offers):
    catalogue = catalogue_of(offers, builtin_contract())
    pairs: dict[str, object] = {}
    for name in ("Pacific/Kiritimati", "Pacific/Niue", "Pacific/Kiritimati"):
        with timezone.override(ZoneInfo(name)):
            views = {view.key: view.pairs for view in known_views(offers, catalogue)}
        assert pairs.setdefault(name, views) == views
    assert pairs["Pacific/Kiritimati"] != pairs["Pacific/Niue"]
