"""The small fragments that forms ask for: the control of a filter, and what a look-up finds."""

from urllib.parse import urlencode

import pytest
from django.core.cache import cache

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.resources.lists.state import FieldCatalogue
from tests.resources.every.places import PLACE
from tests.resources.rules import visit

pytestmark = pytest.mark.django_db


def test_every_field_has_a_control_that_suits_it(admin_client, resource, address):
    contract = builtin_contract()
    fields = contract.record_fields(resource.tag)
    for name in FieldCatalogue(fields, contract, resource.hidden_fields).names():
        page = visit(admin_client, f"{address('filter')}?filter_field={name}", fragment=True)
        assert set(contract.filter_operators) & {option["value"] for option in page.all("option")}, name
        assert page.all("label", for_="filter-value")


@pytest.mark.engine
def test_a_field_that_cannot_be_filtered_by_has_no_control(admin_client, address):
    response = admin_client.get(f"{address('filter')}?filter_field=colour")
    assert response.status_code == 404


def suggested(client, url, text, status=200):
    """The ids with their names that a look-up offers, and its words."""
    page = visit(client, f"{url}?{urlencode({'q': text})}", fragment=True, status=status)
    return [(item["data-value"], item["data-label"]) for item in page.all("li")], page.text


def test_a_look_up_finds_records_by_id_first_and_then_by_name(
    admin_client, resource, address, operations, calls
):
    url = address("suggest")
    found, words = suggested(admin_client, url, "#1001")
    assert found[0][0] == "1001"
    assert operations["get"].id in calls()
    name = found[0][1].split()[0]
    found, words = suggested(admin_client, url, name.upper())
    assert 0 < len(found) <= 10
    assert all(key and title for key, title in found)
    assert set(calls()) == {operations["list"].id}
    found, words = suggested(admin_client, url, "nothing is called like this 1")
    assert not found
    assert f"No {resource.label.lower()} matches" in words


@pytest.mark.engine
def test_a_look_up_that_cannot_be_read_says_so_in_words(admin_client, resource, address, operations, sandbox):
    sandbox.faults({"kind": "status", "status": 403, "operation": operations["list"].id, "times": None})
    found, words = suggested(admin_client, address("suggest"), "ab", status=403)
    assert (found, "could not be read" in words) == ([], True)
    found, words = suggested(admin_client, address("suggest"), "1001")
    assert [key for key, _ in found] == ["1001"]
    assert "Not everything could be read" in words


@pytest.mark.resources(that_fit=lambda resource: resource.form_class.references)
def test_a_reference_is_looked_up_and_the_present_one_shown_by_name(admin_client, resource, address, sandbox):
    for field, tag in resource.form_class.references.items():
        page = visit(admin_client, address("edit"))
        box = next(box for box in page.all("div", class_="lookup") if box.inner[0]["name"] == field)
        assert box["data-lookup"] == registry.suggest_url(tag, PLACE)
        assert box.inner[0]["value"]
        assert box.text
        # Without its name the id stays.
        cache.clear()
        reads = [builtin_contract().for_tag(tag)[role].id for role in ("list", "get")]
        sandbox.faults(*({"kind": "status", "status": 403, "operation": o, "times": None} for o in reads))
        page = visit(admin_client, address("edit"))
        again = next(box for box in page.all("div", class_="lookup") if box.inner[0]["name"] == field)
        assert again.inner[0]["value"] == box.inner[0]["value"]
        assert not again.text
