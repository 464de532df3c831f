"""Whose key asks, who is asked to sign in, and who may act on a selection."""

from urllib.parse import unquote

import pytest
from django.urls import reverse

from apps.bulk.models import BulkRun
from tests.resources.every.places import PLACE, READ_PAGES, records_on
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.people import connect, signed_in

pytestmark = pytest.mark.django_db


@pytest.mark.engine
@pytest.mark.parametrize("name", [*READ_PAGES, "create"])
def test_without_a_connection_each_page_leads_to_the_one_that_makes_it(
    manager, service, address, name, sandbox
):
    client = signed_in(manager)
    response = client.get(address(name))
    expected = f"{reverse('connections:create')}?service={service.pk}&next={address(name)}"
    assert response.status_code == 302
    assert unquote(response["Location"]) == expected
    visit(client, response["Location"])
    assert sandbox.journal() == []


@pytest.mark.engine
def test_without_a_connection_htmx_changes_the_page(manager, service, list_url):
    current = f"http://testserver{list_url}?sort=name"
    headers = {"HX-Request": "true", "HX-Target": "results", "HX-Current-URL": current}
    response = signed_in(manager).get(list_url, headers=headers)
    assert unquote(unquote(response["HX-Redirect"])).endswith(f"next={list_url}?sort=name")


@pytest.mark.parametrize("name", [*READ_PAGES, "create", "bulk", "filter"])
def test_every_page_asks_for_sign_in(client, service, address, name, sandbox):
    response = client.get(address(name))
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))
    assert sandbox.journal() == []


def test_each_person_speaks_with_their_own_key_alone(admin_client, manager_client, address, sandbox):
    for client, key in ((admin_client, "admin"), (manager_client, "manager"), (admin_client, "admin")):
        before = len(sandbox.journal())
        for name in [*READ_PAGES, "create"]:
            visit(client, address(name))
        assert {entry["key"] for entry in sandbox.journal()[before:]} == {key}


@pytest.mark.parametrize("key", ["other_organisation_key", "revoked_key"])
def test_a_key_that_opens_nothing_is_not_helped_out_by_another_persons(
    admin_client, manager, service, resource, list_url, sandbox, key
):
    own = records_on(visit(admin_client, list_url))
    assert len(own) == 50
    sandbox.application.journal.clear()
    connect(manager, service, getattr(sandbox, key))
    response = signed_in(manager).get(list_url)
    if key == "revoked_key":
        assert response.status_code == 403
    else:
        assert response.status_code == (404 if resource.path_parameters else 200)
    assert not own & records_on(Page(response))
    assert "admin" not in {entry["key"] for entry in sandbox.journal()}


@pytest.mark.resources(that_fit=lambda resource: "integrationID" in resource.path_parameters)
def test_an_integration_nobody_registered_is_not_found(admin_client, resource, sandbox):
    elsewhere = resource.url("list", {**PLACE, "integrationID": "int-nowhere"})
    visit(admin_client, elsewhere, status=404)
    assert sandbox.journal() == []


def has_bulk_actions(resource):
    """Whether a selection of its records can be acted on."""
    return bool(resource.bulk_actions)


def test_account_managers_get_no_bulk_controls(admin_client, manager_client, resource, list_url):
    labels = {f"{action.label}…" for action in resource.bulk_actions} | {"Edit fields…"}
    theirs = visit(manager_client, list_url)
    assert len(theirs.rows) == 50
    assert not theirs.all("input", type="checkbox")
    assert not [button for button in theirs.all("button") if button["form"] == "bulk"]
    own = visit(admin_client, list_url)
    assert labels <= {button.text for button in own.all("button")}
    assert len(own.all("input", name="id")) == (50 if labels else 0)


@pytest.mark.resources(that_fit=has_bulk_actions)
def test_a_crafted_bulk_request_of_an_account_manager_is_forbidden(
    manager_client, resource, address, record_id, sandbox
):
    for action in resource.bulk_actions:
        visit(manager_client, address("bulk"), data={"action": action.name, "id": record_id}, status=403)
    assert sandbox.journal() == []
    assert not BulkRun.objects.exists()


@pytest.mark.engine
@pytest.mark.resources(that_fit=has_bulk_actions)
@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        ({"action": ["explode"], "id": "1"}, 400, "There is no such action."),
        ({"action": [], "id": "1"}, 400, "There is no such action."),
        ({"id": []}, 200, "Nothing is selected."),
        ({"id": [str(n) for n in range(101)]}, 200, "101 are selected; one run changes at most 100."),
        ({"id": [], "matching": "yes", "expected": "101"}, 200, "101 are selected; one run changes at most"),
    ],
)
def test_a_bulk_request_that_cannot_start_says_so(
    admin_client, resource, address, sandbox, settings, data, status, words
):
    settings.BULK_MAXIMUM_ROWS = 100
    data = {"action": resource.bulk_actions[0].name, **data}
    page = visit(admin_client, address("bulk"), data=data, status=status)
    assert words in page.text
    assert sandbox.journal() == []
    assert not BulkRun.objects.exists()


@pytest.mark.engine
def test_the_address_that_takes_a_selection_leads_back_to_the_list(admin_client, address, sandbox):
    response = admin_client.get(address("bulk"))
    assert (response.status_code, response["Location"]) == (302, address("list"))
    assert sandbox.journal() == []
