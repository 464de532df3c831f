"""An id stays one segment of an address, whatever it holds, and comes back as it was."""

from urllib.parse import unquote

import pytest
from django.urls import resolve, reverse

from apps.resources import registry


@pytest.mark.parametrize(
    "record_id",
    ["1042", "a/b", "..", ".", "%2F", "a%20b", "ü ñ", "a?b#c", "a\\b", "6f1c-…", "../users", "a;b=c"],
)
def test_an_address_leads_back_to_its_id(record_id):
    resource = registry.by_name("offers")
    assert resource is not None
    place = {"integrationID": "int-eu"}
    address = resource.url("detail", place, record_id)
    assert unquote(address) == unquote(resource.url_of_record(place)(record_id))
    match = resolve(unquote(address))
    assert match.view_name == "offers:detail"
    assert match.kwargs == {"integrationID": "int-eu", "record_id": record_id}
    assert "/../" not in address


def test_a_place_below_a_record_with_an_odd_id_has_an_address():
    address = reverse("offer_events:list", kwargs={"integrationID": "int-eu", "offerID": "a/b"})
    assert address == "/integrations/int-eu/offers/a%252Fb/events/"


@pytest.mark.parametrize("address", ["/publishers/a%00b/", "/publishers/a%2500b/"])
def test_an_id_that_no_database_can_look_up_is_not_there(admin_client, address):
    assert admin_client.get(address).status_code == 404
