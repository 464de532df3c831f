"""A token API as a registered service, and people with tokens for it."""

import pytest

from apps.api.credentials import Secret
from apps.connections.keys.storage import save_key
from apps.connections.models import Connection, Service
from apps.sandbox.token import api
from tests.resources.pages import Page
from tests.resources.rules import visit
from tests.support.people import signed_in

LIST = "/conversions/"
FILE = "/conversions/conversions.csv"


@pytest.fixture
def token_service(db, sandbox):
    """The sandbox's token API as a registered service."""
    return Service.objects.create(
        name="Token API", kind=Service.Kind.TOKEN, base_url=sandbox.origin + api.BASE_PATH
    )


def connect(person, service, token=api.ADMIN, authentication=Connection.Authentication.BEARER):
    """A saved connection of the person with that token."""
    return save_key(person, service, authentication, Secret(token))


@pytest.fixture
def token_client(admin, token_service):
    """Requests of the admin, whose token works."""
    connect(admin, token_service)
    return signed_in(admin)


@pytest.fixture
def serve(sandbox):
    """`serve(rows)` has every following answer hold these rows; `serve(body, 422)` is an error."""

    def plan(body, status=200, **headers):
        kind = "wrong_shape" if status == 200 else "status"
        sandbox.faults(
            {
                "kind": kind,
                "operation": "listConversions",
                "times": None,
                "body": body,
                "status": status,
                "headers": headers,
            }
        )

    return plan


def cells(page: Page) -> list[list[str]]:
    """The texts of the table's rows."""
    return [row.cells for row in page.all("tr") if any(cell.tag == "td" for cell in row.inner)]


def column(page: Page, label: str) -> list[str]:
    """The texts of one column, from the top."""
    heads = [head.text for head in page.all("th", scope="col")]
    place = heads.index(label)
    return [row[place] for row in cells(page)]


__all__ = ["FILE", "LIST", "cells", "column", "connect", "visit"]
