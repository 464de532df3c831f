"""Views of a list: saved, shown, changed, shared, deleted, and opened by default."""

import pytest
from django.urls import reverse

from apps.connections.models import Integration
from apps.saved_views.models import SavedView
from apps.saved_views.reader import views_for
from tests.support.people import connect, signed_in

pytestmark = pytest.mark.django_db
OFFERS = "/integrations/int-eu/offers/"


def save(client, service, name="Mine", query="filter[active]=true&sort=-id", **more):
    data = {"name": name, "query": query, "columns": ["currency"], "next": f"{OFFERS}?{query}", **more}
    return client.post(reverse("saved_views:create", args=[service.pk, "offers"]), data)


def test_a_view_keeps_filters_sort_and_columns_and_says_when_it_is_changed(admin_client, service):
    shown = admin_client.get(save(admin_client, service)["Location"]).content.decode()
    assert 'aria-label="View: Mine"' in shown
    assert ">Currency" in shown
    view = SavedView.objects.get()
    changed = admin_client.get(f"{OFFERS}?filter[active]=false&view={view.pk}").content.decode()
    assert 'aria-label="View: Mine, changed"' in changed
    assert reverse("saved_views:save", args=[view.pk]) in changed
    admin_client.post(
        reverse("saved_views:save", args=[view.pk]),
        {"query": "filter[active]=false&page[number]=3&view=x", "columns": ["id"], "next": OFFERS},
    )
    view.refresh_from_db()
    assert (view.query, view.columns) == ("filter[active]=false", ["id"])


def test_a_view_opens_the_bare_list_and_all_is_a_link_away(admin_client, service):
    save(admin_client, service, is_default="on")
    opened = admin_client.get(OFFERS)
    assert opened.status_code == 302
    assert "filter[active]=true" in opened["Location"]
    assert admin_client.get(f"{OFFERS}?view=all").status_code == 200
    # Taking the last filter away leads to all records, not back into the view.
    assert "view=all" in admin_client.get(f"{OFFERS}?filter[active]=false").content.decode()
    admin_client.post(reverse("saved_views:delete", args=[SavedView.objects.get().pk]))
    assert admin_client.get(OFFERS).status_code == 200


def test_a_view_that_no_longer_fits_opens_with_the_problem_said(admin_client, service):
    address = save(admin_client, service, query="filter[gone_field]=1")["Location"]
    assert "There is no field “gone_field”" in admin_client.get(address).content.decode()


def test_views_are_their_owners_until_they_are_given_to_the_team(
    admin_client, manager_client, manager, service, sandbox
):
    save(admin_client, service)
    view = SavedView.objects.get()
    address = f"{OFFERS}?filter[active]=true&view={view.pk}"
    assert "not for you" in manager_client.get(address).content.decode()
    admin_client.post(reverse("saved_views:edit", args=[view.pk]), {"name": "Ours", "is_shared": "on"})
    assert 'aria-label="View: Ours' in manager_client.get(address).content.decode()
    assert manager_client.get(reverse("saved_views:edit", args=[view.pk])).status_code == 404
    [link] = views_for(manager, Integration.objects.get(integration_id="int-eu"))
    assert (link.name, link.list_label) == ("Ours", "Offers")
    assert manager_client.get(link.url).status_code == 200


def test_another_organisation_never_sees_a_team_view(admin_client, manager, service, sandbox):
    save(admin_client, service, is_shared="on")
    assert SavedView.objects.get().is_shared
    connect(manager, service, sandbox.other_organisation_key)
    client = signed_in(manager)
    assert "Mine" not in client.get(reverse("saved_views:list", args=[service.pk, "offers"])).content.decode()
    assert views_for(manager, None) == []


def test_a_name_is_taken_once_and_a_view_is_deleted_after_a_question(admin_client, service):
    save(admin_client, service)
    assert save(admin_client, service, name=" mine ").status_code == 422
    address = reverse("saved_views:delete", args=[SavedView.objects.get().pk])
    assert "Delete view Mine?" in admin_client.get(address).content.decode()
    admin_client.post(address)
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["active", "changed-this-week", "newest", "by-approval"])
def test_views_that_come_with_a_list_are_shown_as_themselves(admin_client, name):
    page = admin_client.get(f"{OFFERS}?view=all").content.decode()
    [address] = {part for part in page.split('"') if part.endswith(f"view={name}")}
    shown = admin_client.get(address.replace("&amp;", "&")).content.decode()
    assert "(changed)" not in shown
