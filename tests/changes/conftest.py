"""Writes in the log, made by the product's own pages."""

import pytest

from tests.offers.conftest import LIST, Offers
from tests.resources.rules import _only_what_the_contract_allows, calls, provokes_violations, sent, visit

__all__ = ["_only_what_the_contract_allows", "calls", "provokes_violations", "sent"]

CHANGES = "/changes/"
OFFER = f"{LIST}1001/"


@pytest.fixture
def store(sandbox):
    """The sandbox's offers, to look at and to change behind everybody's back."""
    return Offers(sandbox)


@pytest.fixture
def edit(admin_client):
    """Changes fields of offer 1001 by its form, as the admin."""

    def save(client=admin_client, offer=OFFER, **fields):
        form = visit(client, f"{offer}edit/").fields()
        typed = {name.replace("__", "."): text for name, text in fields.items()}
        response = client.post(f"{offer}edit/", {**form, **typed})
        assert response.status_code == 302
        return response

    return save
