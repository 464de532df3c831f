"""A reference is filtered by its name, whatever comparison the form or an address says."""

import pytest

from tests.resources.rules import visit

LIST = "/integrations/int-eu/offers/"


@pytest.mark.parametrize("operator", ["", "eq", "contains", "starts_with", "gt", "lte"])
def test_the_form_looks_a_name_up_with_every_comparison(admin_client, operator):
    query = {
        "filter_field": "advertiser_id",
        "filter_operator": operator,
        "filter_value": "Oakline Insurance SAS",
    }
    response = admin_client.get(LIST, query)
    page = visit(admin_client, response["Location"])
    assert "Advertiser: Oakline Insurance SAS (" in page.text
    assert "whole number" not in page.text


def test_an_address_with_a_part_of_a_name_leads_to_the_record(admin_client):
    response = admin_client.get(f"{LIST}?filter[advertiser_id][contains]=Oakline+Insurance+SAS")
    page = visit(admin_client, response["Location"])
    assert "Advertiser: Oakline Insurance SAS (" in page.text
