"""Which integration pages without one are about, whatever its id is written in."""

import pytest
from django.urls import reverse

from apps.connections.models import Integration, Service
from tests.resources.rules import visit
from tests.support.people import connect


@pytest.mark.parametrize("integration_id", ["int-α1", "int b;2", 'int"3,', "int%2F4"])
def test_an_integration_of_any_letters_is_remembered_in_ascii(admin_client, service, integration_id):
    Integration.objects.create(service=service, integration_id=integration_id, label="ZZ other")
    admin_client.get(reverse("offers:list", kwargs={"integrationID": integration_id}))
    cookie = admin_client.cookies["integration"]
    assert cookie.value.isascii()
    assert not set(cookie.value) & set(' ;",')
    page = admin_client.get(reverse("exports:list"))
    assert page.context["shell"].integration.integration_id == integration_id


@pytest.fixture
def second(admin_client, admin, sandbox):
    """Another service of the same person, with another key; the first one's name comes first."""
    second = Service.objects.create(name="Second", base_url=sandbox.base_url)
    Integration.objects.create(service=second, integration_id="int-apac", label="APAC network")
    connect(admin, second, sandbox.manager_key)
    return second


def look_at(client, integration_id):
    client.get(reverse("offers:list", kwargs={"integrationID": integration_id}))


def key_of_last(sandbox, operation):
    return sandbox.journal(operation)[-1]["key"]


@pytest.mark.parametrize("page", ["offers:list", "offers:detail", "offers:edit"])
def test_records_of_no_integration_are_those_of_the_service_looked_at(admin_client, second, sandbox, page):
    record = {} if page == "offers:list" else {"record_id": "1001"}
    for integration_id, key in (("int-apac", "manager"), ("int-eu", "admin")):
        admin_client.get(reverse(page, kwargs={"integrationID": integration_id, **record}))
        for path in (reverse("publishers:list"), reverse("publishers:detail", kwargs={"record_id": "1"})):
            admin_client.get(path)
        assert key_of_last(sandbox, "listPublishers") == key
        assert key_of_last(sandbox, "getPublisher") == key


@pytest.mark.parametrize(
    ("page", "operation"),
    [("edit", "updatePublisher"), ("archive", "deletePublisher"), ("create", "createPublisher")],
)
def test_a_form_goes_to_the_service_it_was_opened_at(admin_client, second, sandbox, page, operation):
    look_at(admin_client, "int-eu")
    listed = visit(admin_client, reverse("publishers:list"))
    record = {"record_id": listed.all("input", name="id")[0]["value"]} if page != "create" else {}
    path = reverse(f"publishers:{page}", kwargs=record)
    opened = visit(admin_client, path).fields()
    look_at(admin_client, "int-apac")
    changed = {"name": "Written once"} if page != "archive" else {}
    assert admin_client.post(path, {**opened, **changed}).status_code == 302
    assert key_of_last(sandbox, operation) == "admin"


def test_a_form_of_a_service_whose_key_was_removed_goes_to_no_other(admin_client, admin, second, sandbox):
    look_at(admin_client, "int-apac")
    path = reverse("publishers:create")
    opened = visit(admin_client, path).fields()
    admin.connections.filter(service=second).delete()
    response = admin_client.post(path, {**opened, "name": "Nowhere"})
    assert response["Location"].startswith(f"{reverse('connections:create')}?service={second.pk}&")
    assert sandbox.journal("createPublisher") == []


@pytest.mark.parametrize("named", ["x", "\0", "00000000-0000-0000-0000-000000000000"])
def test_a_service_that_is_none_is_not_found(admin_client, named):
    assert admin_client.post(reverse("publishers:create"), {"_service": named}).status_code == 404
