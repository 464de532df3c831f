"""A link for a guest is made after a fresh proof alone; what was typed for it is there again."""

import pytest
from django.urls import reverse

from apps.shares.models import Share
from tests.shares.conftest import make_link
from tests.support.people import PASSWORD, forget_proof

pytestmark = pytest.mark.django_db


def test_a_link_takes_a_proof_and_its_form_comes_back_filled(admin_client, service, sandbox):
    records = sandbox.application.store.records(("org-main", "exports", ""))
    remote = next(record for record in records if record["_ending"] == "COMPLETED")
    address = reverse("shares:manage", args=[service.pk, remote["id"]])
    make_link(admin_client, address)
    forget_proof(admin_client)
    nonce = "6f0c1ff6-58c8-4d7b-9b0a-1c2f2f1b8d11"
    answer = admin_client.post(address, {"days": "3", "note": "For the auditor", "nonce": nonce})
    assert answer["Location"].startswith("/account/confirm/")
    assert Share.objects.count() == 1
    admin_client.post("/account/confirm/", {"password": PASSWORD, "next": address})
    page = admin_client.get(address).content.decode()
    assert 'value="For the auditor"' in page
    assert admin_client.get(address).status_code == 200
    make_link(admin_client, address, note="For the auditor", nonce=nonce)
    assert Share.objects.count() == 2
