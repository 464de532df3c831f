"""Whose client a page gets."""

import pytest

from apps.api.contract.contract import builtin_contract
from apps.connections.clients import (
    NoConnection,
    UnknownIntegration,
    client_for,
    connection_for,
    connection_for_service,
    contract_for,
    integrations_for,
)
from apps.connections.keys.storage import remove_key
from apps.connections.models import Integration, Service

pytestmark = pytest.mark.django_db


def test_the_client_of_a_person_calls_with_their_own_key(
    admin, manager, admin_connection, manager_connection
):
    for person, own in ((admin, admin_connection), (manager, manager_connection)):
        connection = connection_for(person, "int-eu")
        assert connection == own
        endpoint = client_for(connection).endpoint
        assert endpoint.identity == f"{own.pk}:{own.version}"
        assert client_for(connection).list("listOffers", {"integrationID": "int-eu"}).records


def test_a_person_without_a_key_is_told_for_which_service(manager, service, admin_connection):
    with pytest.raises(NoConnection) as caught:
        connection_for(manager, "int-us")
    assert caught.value.service == service
    with pytest.raises(NoConnection):
        connection_for_service(manager, service)
    assert integrations_for(manager) == []


@pytest.mark.parametrize("name", ["int-none", "", "int-eu\0"])
def test_an_integration_nobody_registered_is_unknown(
    admin, admin_connection, name, django_assert_max_num_queries
):
    with pytest.raises(UnknownIntegration), django_assert_max_num_queries(0 if "\0" in name else 2):
        connection_for(admin, name)


def test_a_removed_key_is_no_connection(admin, admin_connection):
    remove_key(admin_connection)
    with pytest.raises(NoConnection):
        connection_for(admin, "int-eu")


def test_integrations_are_those_of_the_services_with_a_key(admin, admin_connection):
    other = Service.objects.create(name="Other", base_url="https://api.example.com")
    Integration.objects.create(service=other, integration_id="int-x", label="X")
    assert [item.label for item in integrations_for(admin)] == ["EU network", "US network"]


def test_finding_a_connection_costs_one_query(admin, admin_connection, django_assert_num_queries):
    with django_assert_num_queries(1):
        client_for(connection_for(admin, "int-eu"))


def test_a_vendor_document_replaces_paths_and_a_new_one_is_noticed(service, django_assert_num_queries):
    assert contract_for(service) is builtin_contract()
    for path in ("/v3/people", "/v4/people"):
        service.replace_contract(vendor_document(path))
        service.save()
        fresh = Service.objects.defer("contract").get(pk=service.pk)
        assert contract_for(fresh).operation("listUsers").path == path
        with django_assert_num_queries(0):
            contract_for(Service.objects.none().model(pk=service.pk, contract_digest=service.contract_digest))
    service.replace_contract(None)
    assert contract_for(service) is builtin_contract()


def vendor_document(path: str) -> dict[str, object]:
    operation = builtin_contract().operation("listUsers")
    described = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "responses": {"200": {"description": ""}},
    }
    return {
        "openapi": "3.0.0",
        "info": {"title": "Vendor", "version": "1"},
        "paths": {path: {"get": described}},
    }
