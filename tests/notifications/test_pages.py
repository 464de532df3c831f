"""The bell, the page of notifications and the email preferences."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.notifications.models import MailPreferences, Notification, Outcome
from apps.notifications.telling import tell
from tests.notifications.test_telling import event, unread_of

LIST = reverse("notifications:list")
HTMX = {"HX-Request": "true"}
PANEL = {**HTMX, "HX-Target": "bell-panel"}
HOSTILE = "<b>\u202eevil</b>"


@pytest.fixture
def told(admin):
    """Two things that the admin was told."""
    tell(event("one", title=HOSTILE), admin)
    tell(event("two", url="/bulk/", outcome=Outcome.FAILED), admin)
    return list(Notification.objects.order_by("pk"))


def test_every_page_says_in_its_title_and_bell_how_many_are_unread(admin_client, told):
    page = admin_client.get(reverse("connections:list")).content.decode()
    assert "<title>(2) Connections" in page
    assert 'aria-label="Notifications, 2 unread"' in page


def test_nothing_is_said_where_nothing_is_unread(admin_client):
    page = admin_client.get(reverse("connections:list")).content.decode()
    assert "<title>Connections" in page
    assert 'aria-label="Notifications"' in page


def test_the_bell_costs_no_query(admin_client, told, admin):
    with_some = _queries(admin_client)
    admin_client.post(reverse("notifications:read_all"))
    assert unread_of(admin) == 0
    assert _queries(admin_client) == with_some


def _queries(client):
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("accounts:preferences"))
    return len(queries)


def test_answers_to_htmx_say_the_count_and_pages_do_not(admin_client, told):
    assert admin_client.get(reverse("bulk:chip"), headers=HTMX)["X-Unread"] == "2"
    assert "X-Unread" not in admin_client.get(reverse("bulk:chip"))


def test_the_poll_answers_with_the_count_alone_and_leads_nobody_to_sign_in(admin_client, told):
    answer = admin_client.get(reverse("notifications:unread"), headers=HTMX)
    assert (answer.status_code, answer.content, answer["X-Unread"]) == (204, b"", "2")
    answer = Client().get(reverse("notifications:unread"), headers=HTMX)
    assert (answer.status_code, answer.get("X-Unread"), answer.get("HX-Redirect")) == (204, None, None)


def test_the_panel_has_the_newest_ones_escaped(admin_client, told):
    panel = admin_client.get(reverse("notifications:recent"), headers=PANEL).content.decode()
    assert panel.index("It is ready") < panel.index("&lt;b&gt;")
    assert "<b>" not in panel
    assert admin_client.get(reverse("notifications:recent"))["Location"] == LIST


def test_all_are_marked_as_read_in_the_panel_and_on_the_page(admin, admin_client, told):
    answer = admin_client.post(reverse("notifications:read_all"), headers=PANEL)
    assert answer["X-Unread"] == "0"
    assert "Unread:" not in answer.content.decode()
    assert unread_of(admin) == 0
    assert admin_client.post(reverse("notifications:read_all"))["Location"] == LIST


def test_one_is_marked_as_read_and_as_unread_again(admin, admin_client, told):
    address = reverse("notifications:mark", args=[told[0].pk])
    admin_client.post(address)
    admin_client.post(address)
    assert unread_of(admin) == 1
    answer = admin_client.post(address, {"unread": "1", "next": f"{LIST}?unread=1"})
    assert answer["Location"] == f"{LIST}?unread=1"
    assert unread_of(admin) == 2


def test_the_page_shows_all_or_the_unread_ones(admin_client, told):
    admin_client.post(reverse("notifications:mark", args=[told[0].pk]))
    assert "evil" in admin_client.get(LIST).content.decode()
    unread = admin_client.get(f"{LIST}?unread=1").content.decode()
    assert "evil" not in unread
    assert "It is ready" in unread


def test_older_ones_stand_on_further_pages(admin, admin_client):
    for number in range(60):
        tell(event(f"key {number}", url=f"/exports/{number}/", title=f"Told {number}."), admin)
    first = admin_client.get(LIST).content.decode()
    assert "Told 59." in first and "Told 10." in first and "Told 9." not in first
    oldest = Notification.objects.get(key="key 10")
    second = admin_client.get(f"{LIST}?before={oldest.pk}").content.decode()
    assert f"?before={oldest.pk}" in first
    assert "Told 9." in second and "Told 10." not in second and "Older" not in second


@pytest.mark.parametrize("before", ["x", "-1", "9" * 30, "0"])
def test_an_address_that_makes_no_sense_fails_nothing(admin_client, told, before):
    assert admin_client.get(f"{LIST}?before={before}").status_code == 200


def test_the_page_sets_a_wrong_count_right(admin, admin_client, told):
    User.objects.filter(pk=admin.pk).update(unread_notifications=7)
    admin_client.get(LIST)
    assert unread_of(admin) == 2


def test_nobody_sees_what_another_person_was_told(manager_client, told):
    for address in (LIST, f"{LIST}?unread=1"):
        assert "It is ready" not in manager_client.get(address).content.decode()
    panel = manager_client.get(reverse("notifications:recent"), headers=PANEL)
    assert "It is ready" not in panel.content.decode()


def test_email_preferences_are_kept(admin, admin_client):
    address = reverse("notifications:mail")
    assert admin_client.post(address, {"wanted": ["export_ready"]})["Location"] == reverse(
        "accounts:preferences"
    )
    unwanted = MailPreferences.objects.get(pk=admin.pk).unwanted
    assert "export_stopped" in unwanted and "export_ready" not in unwanted
    page = admin_client.get(reverse("accounts:preferences")).content.decode()
    assert page.count("checked") == 1
    admin_client.post(address, {"wanted": ["no such kind"]})
    assert MailPreferences.objects.get(pk=admin.pk).unwanted == unwanted
