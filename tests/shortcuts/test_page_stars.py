"""Stars on lists and reports as they are: view, filters and sort, not the place in their rows."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.saved_views.models import SavedView
from apps.shortcuts.reader import shortcuts_for
from tests.conversions.conftest import connect, token_service
from tests.resources.pages import Page

pytestmark = pytest.mark.django_db
OFFERS = "/integrations/int-eu/offers/"
REPORT = "/reports/conversions/?integration_id=int-eu"

__all__ = ["token_service"]


def page_at(client, address) -> Page:
    response = client.get(address, follow=True)
    assert response.status_code == 200
    return Page(response)


def press(client, page: Page, starred="1", **headers):
    """Press the button in the menu of views."""
    token = page.one("input", name="record")["value"]
    data = {"record": token, "next": OFFERS, "menu": "1", "starred": starred}
    return client.post(reverse("shortcuts:star"), data, headers=headers)


def test_a_list_is_starred_with_its_query_and_opens_so_again(admin, admin_client):
    page = page_at(admin_client, f"{OFFERS}?filter[active]=true&sort=-id&page[number]=2")
    press(admin_client, page)
    [star] = shortcuts_for(admin, None).stars
    assert (star.title, star.kind) == ("Offers: Status: Active", "List")
    assert parse_qs(urlsplit(star.url).query) == {
        "filter[active]": ["true"],
        "sort": ["-id"],
        "view": ["all"],
    }
    again = page_at(admin_client, star.url)
    assert "Remove the star" in again.text
    # The star is of these rows: on another page of them it is the same, under another filter there is none.
    assert "Remove the star" in page_at(admin_client, f"{star.url}&page[number]=2").text
    assert "Star this page" in page_at(admin_client, OFFERS).text
    press(admin_client, again, starred="")
    assert shortcuts_for(admin, None).stars == []


def test_a_saved_view_is_starred_by_its_name(admin, admin_client, service):
    query = "filter[active]=true"
    data = {"name": "Mine", "query": query, "next": OFFERS}
    answer = admin_client.post(reverse("saved_views:create", args=[service.pk, "offers"]), data)
    press(admin_client, page_at(admin_client, answer["Location"]))
    [star] = shortcuts_for(admin, None).stars
    assert star.title == "Offers: Mine"
    assert f"view={SavedView.objects.get().pk}" in star.url
    start = admin_client.get(reverse("panel", args=["shortcuts"]), headers={"HX-Request": "true"})
    assert "Offers: Mine" in start.content.decode()


def test_a_report_is_starred_with_its_range_by_name(admin, admin_client):
    press(admin_client, page_at(admin_client, f"{REPORT}&range=yesterday&filter[status]=Rejected"))
    [star] = shortcuts_for(admin, None).stars
    assert (star.title, star.kind) == ("Conversions: Yesterday, Status: Rejected", "Report")
    query = parse_qs(urlsplit(star.url).query)
    assert (query["range"], query["integration_id"]) == (["yesterday"], ["int-eu"])
    assert "start_time" not in query
    shown = admin_client.get(star.url, follow=True).redirect_chain[-1][0]
    assert str(timezone.localdate() - timedelta(days=1)) in shown


def test_the_conversions_of_a_token_api_are_starred_with_their_search(admin, admin_client, token_service):
    connect(admin, token_service)
    press(admin_client, page_at(admin_client, "/conversions/?q=de"))
    [star] = shortcuts_for(admin, None).stars
    assert star.title.startswith("Conversions: Contains")
    assert page_at(admin_client, star.url).one("input", id="search")["value"] == "de"


def test_htmx_gets_the_menus_button_and_the_address_stays(admin_client):
    page = page_at(admin_client, OFFERS)
    assert page.one("form", id="star")["hx-push-url"] == "false"
    answer = press(admin_client, page, **{"HX-Request": "true", "HX-Target": "star"}).content.decode()
    assert "Remove the star" in answer
    assert "aria-pressed" not in answer


def test_an_address_too_long_to_be_kept_has_no_star(admin_client):
    page = page_at(admin_client, f"{OFFERS}?filter[name][contains]={'x' * 1200}")
    assert "Star this page" not in page.text
