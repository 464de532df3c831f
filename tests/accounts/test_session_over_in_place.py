"""A session that ends in the middle of a list, a dialog or a search: the person goes on with what they asked for."""

from urllib.parse import parse_qs, urlsplit

import pytest
from django.urls import reverse

from apps.saved_views.models import SavedView
from tests.accounts.test_unsent_forms import OFFERS, end_session, field_value, sign_in_with
from tests.support.people import PASSWORD

SITE = "http://testserver"


def led_to(client, address: str, page: str, **headers: str) -> str:
    """Where a request of HTMX leads through the sign-in page, when its session is over."""
    end_session(client)
    answer = client.get(address, headers={"HX-Request": "true", "HX-Current-URL": f"{SITE}{page}", **headers})
    assert (answer.status_code, answer.content) == (200, b"")
    parts = urlsplit(answer["HX-Redirect"])
    assert parts.path == reverse("account_login")
    return parse_qs(parts.query)["next"][0]


@pytest.mark.parametrize(
    "query",
    [
        "?filter[name]=Verdant",
        "?sort=-name",
        "?page[number]=3&page[size]=25",
        "?filter[name]=a%26b%3D1&sort=id",
    ],
)
def test_a_filter_a_sort_and_a_page_are_there_after_signing_in(admin_client, query):
    asked = f"{OFFERS}{query}"
    assert led_to(admin_client, asked, f"{OFFERS}?sort=name") == asked


@pytest.mark.parametrize(
    "address",
    [f"{OFFERS}1001/row/", f"{OFFERS}filter/?name=name", "/palette/records/?q=ver", "/notifications/recent/"],
)
def test_a_part_of_a_page_leads_to_its_page(admin_client, address):
    page = f"{OFFERS}?filter[name]=Verdant&sort=name"
    assert led_to(admin_client, address, page) == page


def test_a_script_s_own_request_leads_to_the_page_it_was_made_on(admin_client):
    end_session(admin_client)
    answer = admin_client.get(
        "/palette/records/?q=x", headers={"HX-Request": "true", "Referer": f"{SITE}{OFFERS}?sort=name"}
    )
    assert parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"] == [f"{OFFERS}?sort=name"]


@pytest.mark.parametrize(
    "page",
    [
        "https://evil.example/integrations/int-eu/offers/",
        "//evil.example/",
        "javascript:alert(1)",
        "http://[",
        "",
    ],
)
def test_no_page_of_another_site_is_led_to(admin_client, page):
    end_session(admin_client)
    headers = {"HX-Request": "true", "HX-Current-URL": page, "Referer": page}
    answer = admin_client.get("/palette/", headers=headers)
    assert parse_qs(urlsplit(answer["HX-Redirect"]).query)["next"] == ["/"]


def of_dialog(service, name: str) -> tuple[str, dict[str, str]]:
    """The address of a dialog over the list of offers, and what HTMX says of it."""
    address = reverse(f"saved_views:{name}", args=[service.pk, "offers"])
    return address, {"HX-Request": "true", "HX-Current-URL": f"{SITE}{OFFERS}"}


def test_a_view_that_was_named_in_a_dialog_comes_back_with_its_name(admin_client, service):
    address, headers = of_dialog(service, "create")
    end_session(admin_client)
    typed = {"name": "My Verdant ones", "query": "filter[name]=Verdant", "columns": ["currency", "active"]}
    answer = admin_client.post(address, typed, headers=headers)
    assert not SavedView.objects.exists()
    page = admin_client.get(sign_in_with(admin_client, answer)["Location"])
    assert field_value(page, "name") == "My Verdant ones"
    assert field_value(page, "query") == "filter[name]=Verdant"
    assert 'name="columns" value="currency"' in page.content.decode()


def test_columns_that_were_chosen_in_a_dialog_come_back_ticked(admin_client, service):
    address, headers = of_dialog(service, "columns")
    end_session(admin_client)
    answer = admin_client.post(address, {"columns": ["currency"], "action": "show"}, headers=headers)
    page = admin_client.get(sign_in_with(admin_client, answer)["Location"]).content.decode()
    assert page.count(" checked") == 1


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(
    admin_client, manager, manager_connection, service
):
    address, headers = of_dialog(service, "create")
    end_session(admin_client)
    typed = {"name": "Only of the first", "query": "filter[name]=Secret", "columns": ["name"]}
    answer = admin_client.post(address, typed, headers=headers)
    went_on = sign_in_with(admin_client, answer, manager.email, password=PASSWORD)
    for page in (admin_client.get(went_on["Location"], follow=True), admin_client.get(address)):
        assert "Only of the first" not in page.content.decode()
        assert "Secret" not in page.content.decode()
