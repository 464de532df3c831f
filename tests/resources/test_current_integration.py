"""Which integration pages without one are about, whatever its id is written in."""

import pytest
from django.urls import reverse

from apps.connections.models import Integration


@pytest.mark.parametrize("integration_id", ["int-α1", "int b;2", 'int"3,', "int%2F4"])
def test_an_integration_of_any_letters_is_remembered_in_ascii(admin_client, service, integration_id):
    Integration.objects.create(service=service, integration_id=integration_id, label="ZZ other")
    admin_client.get(reverse("offers:list", kwargs={"integrationID": integration_id}))
    cookie = admin_client.cookies["integration"]
    assert cookie.value.isascii()
    assert not set(cookie.value) & set(' ;",')
    page = admin_client.get(reverse("exports:list"))
    assert page.context["shell"].integration.integration_id == integration_id
