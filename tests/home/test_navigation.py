"""The side navigation is kept between pages: what it shows is always that of the person, the role and the place."""

import re
from unittest.mock import Mock

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from apps.accounts.models import Role
from apps.connections.models import Integration, Service
from integr8admin import navigation

pytestmark = pytest.mark.django_db


def _navigation(client, page):
    found = re.search(r'<nav id="navigation".*?</nav>', client.get(reverse(page)).content.decode(), re.S)
    assert found
    return found[0]


def test_it_is_drawn_once_for_the_same_entries(client, admin, admin_connection, monkeypatch):
    client.force_login(admin)
    first = _navigation(client, "changes:list")
    drawn = Mock(wraps=render_to_string)
    monkeypatch.setattr(navigation, "render_to_string", drawn)
    assert _navigation(client, "changes:list") == first
    drawn.assert_not_called()


def test_the_page_one_is_on_is_marked_and_no_other(client, admin, admin_connection):
    client.force_login(admin)
    for page in ("changes:list", "bulk:list", "changes:list"):
        marked = re.findall(r'<a href="([^"]+)" aria-current', _navigation(client, page))
        assert marked == [reverse(page)]


def test_a_new_role_shows_on_the_next_page(client, admin, admin_connection):
    client.force_login(admin)
    assert reverse("bulk:list") in _navigation(client, "changes:list")
    admin.role = Role.VIEWER
    admin.save()
    assert reverse("bulk:list") not in _navigation(client, "changes:list")
    admin.role = Role.ADMIN
    admin.save()
    assert reverse("bulk:list") in _navigation(client, "changes:list")


def test_a_person_without_a_key_sees_no_integration_of_another(client, admin, manager, admin_connection):
    client.force_login(admin)
    assert "int-eu" in _navigation(client, "changes:list")
    client.force_login(manager)
    assert "int-eu" not in _navigation(client, "changes:list")


def test_a_key_taken_away_shows_on_the_next_page(client, admin, admin_connection):
    client.force_login(admin)
    assert "int-eu" in _navigation(client, "changes:list")
    admin_connection.delete()
    assert "int-eu" not in _navigation(client, "changes:list")


def test_another_integration_and_a_token_service_show_on_the_next_page(client, admin, admin_connection):
    client.force_login(admin)
    conversions = f'href="{reverse("conversions:list")}"'
    assert conversions not in _navigation(client, "changes:list")
    Integration.objects.filter(integration_id="int-eu").update(integration_id="int-new")
    Service.objects.create(name="Tokens", kind=Service.Kind.TOKEN, base_url="https://tokens.example.com")
    shown = _navigation(client, "changes:list")
    assert conversions in shown
    assert "int-new" in shown
    assert "int-eu" not in shown
