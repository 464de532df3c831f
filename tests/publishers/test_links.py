"""From a publisher to its links of an offer."""

import pytest

from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
PAGE = "/publishers/5001/links/"


def test_the_publishers_page_asks_for_the_offer_and_leads_to_its_links(admin_client):
    page = visit(admin_client, visit(admin_client, "/publishers/5001/").link("Create links"))
    assert page.address == PAGE
    assert [box["data-lookup"] for box in page.all("div", class_="lookup")] == [
        "/integrations/int-eu/offers/suggest/"
    ]
    answer = admin_client.get(f"{PAGE}?integration_id=int-us&offer=%231001")
    assert answer["Location"] == "/integrations/int-us/offers/1001/links/?publishers=5001"
    made = visit(admin_client, "/integrations/int-eu/offers/1001/links/?publishers=5001")
    assert "publisher=5001" in made.one("span", class_="mono made-link").text


def test_an_offer_that_is_not_there_is_asked_about_and_what_was_typed_stays(admin_client):
    page = visit(admin_client, f"{PAGE}?offer=No+such+offer", status=422)
    assert "No offer has the name or ID “No such offer”." in page.text
    assert page.fields()["offer"] == "No such offer"


def test_a_publisher_that_is_gone_says_so(admin_client):
    visit(admin_client, "/publishers/999999/links/", status=404)


def test_without_an_integration_there_is_no_offer_to_choose(admin_client, service):
    service.integrations.all().delete()
    page = visit(admin_client, PAGE)
    assert "No integration" in page.text
    assert page.all("input", id="id_offer") == []
