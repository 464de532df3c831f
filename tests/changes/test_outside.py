"""What was changed outside of this site is told where two readings prove it, and nowhere else."""

from urllib.parse import urlencode

import pytest
from django.db import connection
from django.urls import reverse

from apps.audit.models import Entry
from apps.resources.models import OutsideChange
from tests.changes.conftest import OFFER
from tests.resources.rules import visit
from tests.support.people import connect

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def history(admin_client, service):
    """The history of offer 1001 in an integration, as its page asks for it."""

    def read(client=admin_client, integration="int-eu") -> str:
        record = {"service": service.pk, "resource": "offers", "record": "1001", "integrationID": integration}
        answer = client.get(
            f"{reverse('changes:history')}?{urlencode(record)}",
            headers={"HX-Request": "true", "HX-Target": "history-rows"},
        )
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return read


def test_nothing_is_told_while_the_record_is_as_we_left_it(admin_client, edit, history):
    edit(name="Ours")
    visit(admin_client, OFFER)
    assert OutsideChange.objects.count() == 0
    assert "changed outside" not in history()
    assert "Update offer" in history()


def test_a_later_reading_that_shows_something_else_is_told_once(admin_client, edit, store, history):
    edit(name="Ours", restriction_note="Our note")
    store.change(1001, name="Theirs", description="Not one of ours")
    for _ in range(3):
        visit(admin_client, OFFER)
    noted = OutsideChange.objects.get()
    assert (noted.field, noted.before, noted.after) == ("name", "Ours", "Theirs")
    assert noted.known_at == Entry.objects.get().closing.at
    assert noted.known_at < noted.seen_at
    assert "Name Ours → <b>Theirs</b>: changed outside between" in history()
    assert "changed outside" not in history(integration="int-us")


def test_a_further_change_begins_where_the_last_was_seen(admin_client, edit, store):
    edit(name="Ours")
    for name in ("Theirs", "Theirs again", "Ours"):
        store.change(1001, name=name)
        visit(admin_client, OFFER)
    first, second = OutsideChange.objects.order_by("seen_at")
    assert (second.before, second.after) == ("Theirs", "Theirs again")
    assert second.known_at == first.seen_at


def test_our_own_next_write_ends_it(admin_client, edit, store):
    edit(name="Ours")
    store.change(1001, name="Theirs")
    edit(name="Ours again")
    visit(admin_client, OFFER)
    assert OutsideChange.objects.count() == 0


def test_a_write_that_was_not_read_back_as_wanted_proves_nothing(admin_client, edit, store):
    edit(name="Ours")
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE audit_entryclosing SET words = 'The API took the change and has another value.'"
        )
    store.change(1001, name="Theirs")
    visit(admin_client, OFFER)
    assert OutsideChange.objects.count() == 0


def test_secrets_are_not_noted(admin_client, edit):
    edit(offer="/users/usr-main-003/", password="Correct-horse-battery-7", name="Renamed")
    visit(admin_client, "/users/usr-main-003/")
    assert OutsideChange.objects.count() == 0


def test_a_record_of_the_same_id_in_another_organisation_is_another_one(
    admin, admin_client, edit, service, sandbox, store
):
    edit(name="Ours")
    connect(admin, service, sandbox.other_organisation_key)
    theirs = ("org-other", "offers", "int-eu")
    data = sandbox.application.store
    with data.lock:
        data.write([(theirs, "1001", {**store[1001], "name": "Another offer"})])
    response = admin_client.get(OFFER)
    assert OutsideChange.objects.count() == 0
    assert "by you" not in response.content.decode()
