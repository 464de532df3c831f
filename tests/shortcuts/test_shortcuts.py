"""Stars and recently opened records: whose they are, when they are written, and where they stand."""

import pytest
from django.core.cache import cache
from django.db import connection as database
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.connections.models import Service
from apps.shortcuts.models import RecentRecords, Star
from apps.shortcuts.reader import shortcuts_for
from apps.shortcuts.recents import MOST_RECENTS, note_recent
from apps.shortcuts.record_link import RecordLink
from apps.shortcuts.stars import MOST_STARS
from tests.resources.pages import Page
from tests.support.people import connect

pytestmark = pytest.mark.django_db
OFFER, OTHER = "/integrations/int-eu/offers/1001/", "/integrations/int-eu/offers/1002/"
HTMX = {"HX-Request": "true"}


def star(client, address=OFFER, starred="1", token="", **headers):
    """Press the button of a record's page."""
    token = token or Page(client.get(address)).one("input", name="record")["value"]
    data = {"record": token, "next": address, "starred": starred}
    return client.post(reverse("shortcuts:star"), data, headers=headers)


def urls(links):
    """The addresses, in their order."""
    return [link.url for link in links]


def start_panel(client):
    """The panel of the start page."""
    return client.get(reverse("panel", args=["shortcuts"]), headers=HTMX).content.decode()


def test_a_star_is_set_and_taken_without_javascript(admin, admin_client):
    assert star(admin_client)["Location"] == OFFER
    assert star(admin_client)["Location"] == OFFER
    assert urls(shortcuts_for(admin, None).stars) == [OFFER]
    assert 'aria-pressed="true"' in admin_client.get(OFFER).content.decode()
    star(admin_client, starred="")
    assert shortcuts_for(admin, None).stars == []
    assert 'aria-pressed="false"' in admin_client.get(OFFER).content.decode()


def test_htmx_gets_the_button_alone(admin_client):
    answer = star(admin_client, **{"HX-Request": "true", "HX-Target": "star"}).content.decode()
    assert 'aria-pressed="true"' in answer
    assert "<html" not in answer


def test_nobody_stars_what_no_page_of_theirs_named(admin_client, manager, manager_client, service):
    token = Page(admin_client.get(OFFER)).one("input", name="record")["value"]
    assert star(manager_client, token=token).status_code == 400
    assert star(admin_client, token="x").status_code == 400
    assert not Star.objects.exists()


def test_no_more_stars_than_one_keeps(admin, admin_client, admin_connection):
    for number in range(MOST_STARS):
        Star.objects.create(
            owner=admin, service=admin_connection.service, kind="Offer", title="a", url=f"/{number}/"
        )
    answer = star(admin_client)
    assert "stars. Take one away first." in admin_client.get(answer["Location"]).content.decode()
    assert Star.objects.count() == MOST_STARS


def test_what_is_opened_is_recent_newest_first_and_once(admin, admin_client):
    for address in (OFFER, OTHER, OFFER):
        admin_client.get(address)
    assert urls(shortcuts_for(admin, None).recents) == [OFFER, OTHER]
    admin_client.get("/integrations/int-eu/offers/999999/")
    assert len(shortcuts_for(admin, None).recents) == 2
    assert RecentRecords.objects.count() == 1


@pytest.mark.parametrize("scripts", [False, True])
@pytest.mark.parametrize("headers", [{"X-Ahead": "1"}, {"Sec-Purpose": "prefetch"}])
def test_a_page_fetched_ahead_is_recent_once_it_is_opened(admin, admin_client, headers, scripts):
    if scripts:
        admin_client.cookies["scripts"] = "1"
    admin_client.get(OFFER, headers={"Accept": "text/html", **headers})
    assert shortcuts_for(admin, None).recents == []
    answer = admin_client.get(OFFER, headers={"Accept": "text/html"})
    assert "X-Opened-Record" not in answer
    assert urls(shortcuts_for(admin, None).recents) == [OFFER]


def test_opening_costs_one_query_and_the_same_record_again_none(admin, admin_client):
    admin_client.get(OTHER)
    with CaptureQueriesContext(database) as asked:
        admin_client.get(OFFER)
    of_shortcuts = [query["sql"] for query in asked.captured_queries if "shortcuts_" in query["sql"]]
    assert len(of_shortcuts) == 1
    with CaptureQueriesContext(database) as asked:
        admin_client.get(OFFER)
        admin_client.get("/integrations/int-eu/offers/")
    assert not [query for query in asked.captured_queries if "shortcuts_" in query["sql"]]


def test_only_so_many_are_kept_and_hostile_names_are_storable(admin, admin_connection):
    for number in range(MOST_RECENTS + 2):
        title = f"{number}\0\ud800" + "w" * 5000
        note_recent(
            admin, RecordLink.seen_through(admin_connection, kind="Offer", title=title, url=f"/{number}/")
        )
    cache.clear()
    recents = shortcuts_for(admin, None).recents
    assert len(recents) == MOST_RECENTS
    assert len(recents[0].title) <= 200


def test_another_organisations_key_and_a_lost_one_show_nothing(
    admin, admin_client, admin_connection, service, sandbox
):
    star(admin_client)
    admin_connection.refresh_from_db()
    name = shortcuts_for(admin, None).stars[0].title
    assert name in start_panel(admin_client)
    assert name in admin_client.get("/palette/").content.decode()
    connect(admin, service, sandbox.other_organisation_key)
    assert shortcuts_for(admin, None).is_empty
    assert name not in start_panel(admin_client)
    assert name not in admin_client.get("/palette/").content.decode()
    admin_connection.refresh_from_db()
    admin_client.post(reverse("connections:remove", args=[admin_connection.pk]))
    assert shortcuts_for(admin, None).is_empty


def test_another_key_of_the_same_organisation_shows_them(admin, admin_connection):
    admin_connection.organisation = "org-main"
    link = RecordLink.seen_through(admin_connection, kind="Offer", title="A", url=OFFER)
    note_recent(admin, link)
    type(admin_connection).objects.filter(pk=admin_connection.pk).update(version=9, organisation="org-main")
    assert urls(shortcuts_for(admin, None).recents) == [OFFER]
    type(admin_connection).objects.filter(pk=admin_connection.pk).update(organisation="")
    assert shortcuts_for(admin, None).recents == []


def test_a_starred_record_has_its_name_of_today(admin, admin_client):
    star(admin_client)
    Star.objects.update(title="Its old name")
    cache.clear()
    admin_client.get(OFFER)
    assert shortcuts_for(admin, None).stars[0].title != "Its old name"


def test_a_record_of_no_integration_says_its_service_where_there_are_several(
    admin, admin_connection, service, sandbox
):
    link = RecordLink.seen_through(admin_connection, kind="Publisher", title="P", url="/publishers/1/")
    note_recent(admin, link)
    assert urls(shortcuts_for(admin, None).recents) == ["/publishers/1/"]
    other = Service.objects.create(name="Other", base_url=service.base_url)
    connect(admin, other, sandbox.admin_key)
    assert urls(shortcuts_for(admin, None).recents) == [f"/publishers/1/?_service={service.pk}"]


def test_stars_are_taken_away_on_the_panels_own_page(admin, admin_client):
    star(admin_client)
    whole = admin_client.get(reverse("panel", args=["shortcuts"])).content.decode()
    assert "Remove<span" in whole
    assert "Remove<span" not in start_panel(admin_client)
    # The part leads to all of them, the page does not lead to itself.
    own = f'href="{reverse("panel", args=["shortcuts"])}"'
    assert own in start_panel(admin_client)
    assert own not in whole
