"""The palette leads to every page of the navigation, to what the person's role may create, and to their settings."""

import pytest

from apps.accounts.models import Role, User
from tests.resources.pages import Page
from tests.support.people import PASSWORD, connect, signed_in


@pytest.fixture
def pages_of(service, sandbox):
    """A function that gives the addresses the palette of a role leads to, by their words."""

    def pages_of(role: Role) -> dict[str, str]:
        person = User.objects.create_user(f"{role}@example.com", PASSWORD, role=role)
        connect(person, service, f"{sandbox.admin_key}.9")
        client = signed_in(person)
        page = Page(client.get("/palette/?integration_id=int-us", headers={"HX-Request": "true"}))
        options = [element for element in page.elements if element["role"] == "option"]
        found = {option.text: option["href"] for option in options}
        for address in found.values():
            assert client.get(address).status_code in (200, 302), address
        return found

    return pages_of


def test_an_admin_goes_everywhere(pages_of):
    pages = pages_of(Role.ADMIN)
    assert pages["New offer"] == "/integrations/int-us/offers/new/"
    assert {
        "New publisher",
        "New user",
        "New export",
        "New schedule",
        "Services",
        "Preferences",
    } <= pages.keys()
    assert {"Offers", "Exports Files", "Bulk runs Log", "Conversions Reports"} <= pages.keys()


def test_a_viewer_is_led_to_nothing_they_may_not_do(pages_of):
    pages = pages_of(Role.VIEWER)
    assert not [words for words in pages if words.startswith(("New", "Services", "Bulk"))]
    assert {"Offers", "Preferences", "Trace a transaction"} <= pages.keys()


def test_nothing_is_read_from_the_api(pages_of, sandbox, admin_client, calls):
    calls()
    assert admin_client.get("/palette/").status_code == 200
    assert calls() == []
