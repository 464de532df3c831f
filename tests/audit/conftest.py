"""Writes as the writer tells them to the log."""

import uuid

import pytest

from apps.audit.descriptions import Origin, WriteDescription

SERVICE = uuid.UUID(int=1)
OTHER_SERVICE = uuid.UUID(int=2)


@pytest.fixture
def facts(admin):
    """Makes the facts of a write: of a record's name, by the admin, unless told otherwise."""

    def make(**others) -> WriteDescription:
        usual = {
            "service_id": SERVICE,
            "person": admin,
            "origin": Origin.page("offers:edit", "/integrations/int-eu/offers/1001/edit/"),
            "connection_id": uuid.UUID(int=7),
            "connection_key": f"{uuid.UUID(int=7)}:3",
            "operation": "updateOffer",
            "resource": "offers",
            "kind": "update",
            "path": {"integrationId": "int-eu"},
            "record_id": "1001",
            "title": "Summer",
            "changes": [{"field": "name", "before": "Spring", "after": "Summer"}],
            "body": {"name": "Summer"},
        }
        return WriteDescription(**(usual | others))

    return make
