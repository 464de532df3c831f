"""A record's page is sent when the record is there; a list that lets wait longer follows on its own."""

import re

import pytest

from apps.resources.details import late_panels
from tests.support.people import signed_in

pytestmark = pytest.mark.django_db(transaction=True)
ADVERTISER = "/advertisers/101/"
OFFERS_LATE = {"kind": "stall", "operation": "listOffers", "seconds": 0.5, "times": None}


@pytest.fixture
def browser(admin_client):
    """The admin's browser, which runs scripts and does not take frames."""
    admin_client.cookies["scripts"] = "1"
    return admin_client


@pytest.fixture
def _impatient(monkeypatch):
    """No list is waited for."""
    monkeypatch.setattr(late_panels, "PATIENCE_SECONDS", 0)


def place_of(page: str) -> tuple[str, str]:
    """The address of the late list and the name of its answer."""
    found = re.search(r'id="offers"[^>]*hx-get="([^"]+)".*?X-Panel&quot;: &quot;([^&]+)', page, re.DOTALL)
    assert found, "No list is late."
    return found[1], found[2]


def asked_for(browser, address: str, name: str) -> str:
    headers = {"HX-Request": "true", "X-Panel": name}
    return browser.get(address, headers=headers).content.decode()


@pytest.mark.usefixtures("_impatient")
def test_a_late_list_follows_by_the_same_call(browser, sandbox):
    sandbox.faults(OFFERS_LATE)
    page = browser.get(ADVERTISER).content.decode()
    assert "Offers table" not in page
    assert "<dt>" in page
    panel = asked_for(browser, *place_of(page))
    assert panel.lstrip().startswith('<section class="stack" id="offers"')
    assert "Offers table" in panel
    sandbox.wait_until_idle()
    assert len(sandbox.journal("listOffers")) == 1


def test_a_list_that_is_there_comes_with_the_page(browser, sandbox, monkeypatch):
    monkeypatch.setattr(late_panels, "PATIENCE_SECONDS", 30)
    page = browser.get(ADVERTISER).content.decode()
    assert "Offers table" in page and "late-panel" not in page
    assert len(sandbox.journal("listOffers")) == 1


@pytest.mark.usefixtures("_impatient")
def test_without_scripts_the_page_waits_for_its_lists(admin_client, sandbox):
    sandbox.faults(OFFERS_LATE)
    assert "Offers table" in admin_client.get(ADVERTISER).content.decode()


@pytest.mark.usefixtures("_impatient")
def test_a_late_list_is_its_persons_alone(browser, sandbox, manager, manager_connection):
    sandbox.faults(OFFERS_LATE)
    address, name = place_of(browser.get(ADVERTISER).content.decode())
    sandbox.wait_until_idle()
    sandbox.application.journal.clear()
    asked_for(signed_in(manager), address, name)
    # What the manager's own key shows was read for it.
    assert [entry["operation"] for entry in sandbox.journal()].count("getAdvertiser") == 1
    asked_for(browser, address, name)
    assert [entry["operation"] for entry in sandbox.journal()].count("getAdvertiser") == 1


@pytest.mark.usefixtures("_impatient")
def test_a_late_list_that_fails_says_so_alone(browser, sandbox):
    sandbox.faults(
        {
            "kind": "status",
            "operation": "listOffers",
            "status": 503,
            "headers": {"Retry-After": "1"},
            "times": 1,
        },
        {"kind": "status", "operation": "listOffers", "status": 403, "times": None},
    )
    page = browser.get(ADVERTISER).content.decode()
    panel = asked_for(browser, *place_of(page))
    assert "notice bad" in panel and "<dt>" not in panel
