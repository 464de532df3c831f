"""Faults around views and columns: what they point at goes, two save at once, a key is of another organisation."""

from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse

from apps.connections.models import Connection
from apps.saved_views.choices import choices_of, note_change
from apps.saved_views.forms import SavedViewForm
from apps.saved_views.models import ListChoice, SavedView
from tests.saved_views.test_columns import choose, heads
from tests.saved_views.test_views import OFFERS, save
from tests.support.people import connect, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def columns_url(service):
    return reverse("saved_views:columns", args=[service.pk, "offers"])


def open_with(client, service, key):
    address = reverse("saved_views:default", args=[service.pk, "offers"])
    return client.post(address, {"key": str(key), "next": OFFERS})


@pytest.fixture
def team_view(admin_client, manager_client, service, sandbox):
    """A view of the team with which the list opens for both."""
    save(admin_client, service, is_shared="on", is_default="on")
    view = SavedView.objects.get()
    open_with(manager_client, service, view.pk)
    assert manager_client.get(OFFERS).status_code == 302
    return view


def defaults() -> dict[str, str]:
    return dict(ListChoice.objects.values_list("owner__email", "default_view"))


def test_deleting_a_view_opens_the_list_with_all_records_for_everybody(
    admin_client, manager_client, team_view
):
    admin_client.post(reverse("saved_views:delete", args=[team_view.pk]))
    assert defaults() == {"admin@example.com": "", "manager@example.com": ""}
    page = manager_client.get(OFFERS)
    assert page.status_code == 200
    assert "view=all" not in page.content.decode().partition('id="results"')[2].partition("View:")[0]


def test_taking_a_view_from_the_team_leaves_it_to_its_owner_alone(admin_client, manager_client, team_view):
    admin_client.post(reverse("saved_views:edit", args=[team_view.pk]), {"name": "Mine"})
    assert defaults() == {"admin@example.com": str(team_view.pk), "manager@example.com": ""}
    assert admin_client.get(OFFERS).status_code == 302
    assert manager_client.get(OFFERS).status_code == 200


def test_a_view_that_went_in_another_way_opens_no_list(
    manager, manager_connection, manager_client, team_view
):
    team_view.owner.delete()
    note_change(manager_connection.service_id)
    assert manager_client.get(OFFERS).status_code == 200
    assert choices_of(manager, manager_connection, "offers").default_view == ""


def test_a_list_opens_with_no_view_that_is_not_there(admin_client, manager_client, service, team_view):
    save(manager_client, service, name="The manager's own")
    for key in ("no-such-view", SavedView.objects.get(name="The manager's own").pk):
        open_with(admin_client, service, key)
        assert defaults()["admin@example.com"] == str(team_view.pk)
    open_with(admin_client, service, "active")
    assert "view=active" in admin_client.get(OFFERS)["Location"]


def test_a_team_view_stays_with_its_organisation_whatever_key_its_owner_has_now(
    admin, admin_client, service, sandbox
):
    save(admin_client, service, is_shared="on")
    given_to = SavedView.objects.get().organisation
    connect(admin, service, sandbox.other_organisation_key)
    address = reverse("saved_views:edit", args=[SavedView.objects.get().pk])
    admin_client.post(address, {"name": "Renamed", "is_shared": "on"})
    view = SavedView.objects.get()
    assert (view.name, view.organisation) == ("Renamed", given_to)
    # Nor is it taken from them where the organisation of the key is not known, unless that is asked for.
    Connection.objects.update(organisation="")
    admin_client.post(address, {"name": "Again", "is_shared": "on"})
    assert SavedView.objects.get().organisation == given_to
    admin_client.post(address, {"name": "Again"})
    assert not SavedView.objects.get().is_shared


def test_two_of_one_name_at_once_get_a_plain_message(admin_client, service, monkeypatch):
    save(admin_client, service, name="One")
    save(admin_client, service, name="Two")
    # What is found out before the other one is saved.
    monkeypatch.setattr(SavedViewForm, "clean_name", lambda form: form.cleaned_data["name"])
    address = reverse("saved_views:edit", args=[SavedView.objects.get(name="Two").pk])
    answers = [admin_client.post(address, {"name": "One"}), save(admin_client, service, name="One")]
    assert [answer.status_code for answer in answers] == [422, 422]
    assert all("You have a view of this name." in answer.content.decode() for answer in answers)
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["One", "Two"]


def test_columns_for_all_are_for_ones_own_organisation(admin_client, manager, service, sandbox, columns_url):
    elsewhere = connect(manager, service, sandbox.other_organisation_key)
    stranger = signed_in(manager)
    choose(admin_client, columns_url, "currency", action="for_all")
    choose(admin_client, columns_url, action="reset")
    assert heads(admin_client.get(OFFERS))[:2] == ["Name", "Currency"]
    assert choices_of(manager, elsewhere, "offers").columns == ()
    manager.role = "admin"
    manager.save()
    assert "Drop the default for all" not in stranger.get(columns_url).content.decode()
    choose(stranger, columns_url, "visibility", action="for_all")
    assert heads(admin_client.get(OFFERS))[:2] == ["Name", "Currency"]


def test_of_an_unknown_organisation_nobody_sets_columns_for_all(admin_client, columns_url):
    Connection.objects.update(organisation="")
    assert "for all" not in admin_client.get(columns_url).content.decode()
    refused = choose(admin_client, columns_url, "currency", action="for_all")
    assert refused.status_code == 422
    assert "which organisation your key is of is not known" in refused.content.decode()
    assert not ListChoice.objects.exists()


@pytest.mark.parametrize("name", ["gone_field", "password"])
def test_stored_columns_that_are_gone_or_not_for_people_are_dropped_silently(
    admin, admin_client, admin_connection, service, name
):
    address = reverse("saved_views:columns", args=[service.pk, "users"])
    ListChoice.objects.create(owner=admin, service=service, list_name="users", columns=[name, "email"])
    view = SavedView.objects.create(
        owner=admin, service=service, list_name="users", name="Mine", columns=[name, "role"]
    )
    note_change(service.pk)
    page = admin_client.get("/users/")
    assert heads(page)[:2] == ["Name", "Email"]
    assert "There is no column" not in page.content.decode()
    assert f'value="{name}"' not in admin_client.get(address).content.decode()
    shown = admin_client.get(f"/users/?view={view.pk}").content.decode()
    assert 'aria-label="View: Mine"' in shown
    # Nor can they be stored by a form that somebody made up.
    admin_client.post(address, {"columns": [name, "email"], "action": "show", "next": "/users/"})
    assert ListChoice.objects.get().columns == ["email"]


def test_columns_set_for_all_before_are_given_to_the_one_organisation_or_to_nobody(
    admin_connection, manager, service, sandbox
):
    migration = import_module("apps.saved_views.migrations.0002_columns_of_an_organisation")
    ListChoice.objects.create(service=service, list_name="offers", columns=["currency"])
    migration.give_to_the_organisation(apps, None)
    assert ListChoice.objects.get().organisation == admin_connection.organisation
    ListChoice.objects.update(organisation="")
    connect(manager, service, sandbox.other_organisation_key)
    migration.give_to_the_organisation(apps, None)
    assert not ListChoice.objects.exists()
