"""What records take over from the one they lie below: an event's amounts stand with its offer's currency everywhere."""

import pytest

from tests.resources.rules import visit

pytestmark = pytest.mark.django_db
OFFER = "/integrations/int-eu/offers/1001/"
EVENTS = f"{OFFER}events/"


@pytest.fixture(autouse=True)
def _event(sandbox):
    """An offer in a currency of its own with one event."""
    store = sandbox.application.store
    offer = {**store.get(("org-main", "offers", "int-eu"), "1001"), "currency": "EUR"}
    event = {
        "id": 9001,
        "name": "Deposit",
        "active": True,
        "payout": 47.01,
        "revenue": 60,
        "payout_type": "CPA",
    }
    with store.lock:
        store.write(
            [
                (("org-main", "offers", "int-eu"), "1001", offer),
                (("org-main", "events", "int-eu/1001"), "9001", event),
            ]
        )


@pytest.mark.parametrize("address", [OFFER, EVENTS, f"{EVENTS}9001/"], ids=["offer", "list", "event"])
def test_an_amount_stands_with_the_currency_of_the_offer(admin_client, address):
    page = visit(admin_client, address)
    assert "47.01 EUR" in page.text
    assert "60.00 EUR" in page.text
    assert "Other fields" not in page.text


def test_the_results_alone_have_it_too(admin_client):
    assert "47.01 EUR" in visit(admin_client, EVENTS, fragment=True).text


@pytest.mark.parametrize("address", [EVENTS, f"{EVENTS}9001/"], ids=["list", "event"])
def test_an_offer_that_cannot_be_read_costs_the_currency_alone(admin_client, sandbox, address):
    sandbox.faults({"kind": "status", "status": 403, "operation": "getOffer", "times": None})
    page = visit(admin_client, address)
    assert "47.01" in page.text
    assert "EUR" not in page.text
