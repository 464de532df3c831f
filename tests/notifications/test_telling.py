"""A person is told of an event once, in the bell and by mail as they wish, and never what another person is told."""

import uuid
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.bulk import mails as bulk_mails
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.plan.starting import Selection, start_run
from apps.bulk.run.pausing import pause
from apps.exports import mails
from apps.exports.models import ExportRequest
from apps.exports.request.creation import request_export
from apps.exports.states import State
from apps.exports.worker.steps import wait_for_mail
from apps.jobs.cleaning import clean
from apps.mail.models import Message
from apps.notifications import kinds
from apps.notifications.models import MailPreferences, Notification, Outcome
from apps.notifications.telling import Event, tell
from apps.resources import registry
from tests.exports.conftest import spec_of
from tests.support.bulk_runs import advance_until
from tests.support.people import signed_in

KIND = kinds.Kind("tried", "It was tried", is_mailed=False)


def event(key="one", url="/exports/", title="It is ready", outcome=Outcome.FINISHED):
    """Something that happened."""
    return Event(key, KIND, outcome, title, url)


def unread_of(person):
    """What the account says, and what the rows say: always the same."""
    count = User.objects.get(pk=person.pk).unread_notifications
    assert count == Notification.objects.filter(recipient=person, read_at=None).count()
    return count


@pytest.fixture
def export(admin, admin_connection):
    """An export of the admin's."""
    return request_export(admin, admin_connection, spec_of(), uuid.uuid4())[0]


def test_one_event_is_told_once(admin):
    tell(event(), admin)
    tell(event(title="Told again"), admin)
    assert [one.title for one in Notification.objects.all()] == ["It is ready"]
    assert unread_of(admin) == 1


def test_the_newest_about_a_thing_replaces_what_was_told_before(admin):
    tell(event("paused"), admin)
    tell(event("ended"), admin)
    tell(event("other", url="/bulk/"), admin)
    assert unread_of(admin) == 2
    assert Notification.objects.get(key="paused").read_at is not None


def test_a_thing_of_the_same_page_of_another_person_stays_unread(admin, manager):
    tell(event("his"), manager)
    tell(event("hers"), admin)
    assert (unread_of(admin), unread_of(manager)) == (1, 1)


def test_long_titles_are_cut(admin):
    tell(event(title="x" * 500), admin)
    assert len(Notification.objects.get().title) == 200


def test_a_ready_export_is_told_and_mailed(admin, export):
    message = mails.ready(export)
    assert message is not None
    told = Notification.objects.get()
    assert (told.outcome, told.url, told.key) == ("finished", export.get_absolute_url(), message.key)
    assert told.title.startswith("Conversion") and told.title.endswith("is ready")


@pytest.mark.parametrize(
    ("state", "outcome"),
    [(State.FAILED, "failed"), (State.NEEDS_ATTENTION, "attention"), (State.CANCELED, "failed")],
)
def test_an_export_that_stopped_is_told_with_its_reason(export, state, outcome):
    export.state, export.message = state, "The API refused it."
    mails.stopped(export)
    told = Notification.objects.get()
    assert (told.outcome, told.text) == (outcome, "The API refused it.")


def test_nobody_gets_mails_that_they_do_not_want(admin, export):
    MailPreferences.objects.create(person=admin, unwanted=["export_ready"])
    export.recipients, export.remote_id = ["partner@example.com"], "exp-1"
    assert mails.ready(export) is None
    # Whom they had it sent to is somebody else.
    assert [message.address for message in Message.objects.all()] == ["partner@example.com"]
    assert unread_of(admin) == 1
    export.state = State.FAILED
    assert mails.stopped(export) is not None


def test_an_export_whose_mail_is_not_wanted_is_done_all_the_same(admin, export):
    MailPreferences.objects.create(person=admin, unwanted=["export_ready"])
    mails.ready(export)
    ExportRequest.objects.filter(pk=export.pk).update(state=State.READY)
    export.refresh_from_db()
    wait_for_mail(export)
    export.refresh_from_db()
    assert export.state == State.DONE


def test_a_bulk_run_tells_how_it_ended(admin, admin_connection):
    offers = Selection(registry.named("offers"), {"integrationID": "int-eu"}, ["1001"])
    run = start_run(uuid.uuid4(), admin, admin_connection, offers, Instruction(Kind.ACTION, "deactivate"))
    advance_until(run, "planned")
    run.refresh_from_db()
    pause(run, "")
    assert not Notification.objects.exists()
    run.refresh_from_db()
    pause(run, "The key was refused.")
    told = Notification.objects.get()
    assert (told.outcome, told.text, told.url) == (
        "attention",
        "The key was refused.",
        run.get_absolute_url(),
    )
    bulk_mails.ended(run)
    # A short run has no mail; what stood still is told no more.
    assert (Message.objects.count(), unread_of(admin)) == (0, 1)


def test_what_is_old_is_removed_and_counts_no_more(admin, manager, settings):
    tell(event("old"), manager)
    tell(event("old and read", url="/bulk/"), manager)
    old = timezone.now() - timedelta(days=settings.NOTIFICATION_DAYS, hours=1)
    Notification.objects.update(at=old)
    tell(event("new"), admin)
    assert clean()["notifications"] == 2
    assert [one.key for one in Notification.objects.all()] == ["new"]
    assert (unread_of(admin), unread_of(manager)) == (1, 0)


def test_opening_the_thing_reads_what_was_told_about_it(admin, admin_client, export):
    mails.ready(export)
    tell(event("other"), admin)
    # A browser that fetches ahead has shown nobody anything.
    admin_client.get(export.get_absolute_url(), headers={"Sec-Purpose": "prefetch"})
    admin_client.get(export.get_absolute_url(), headers={"X-Ahead": "1"})
    assert unread_of(admin) == 2
    admin_client.get(export.get_absolute_url())
    assert unread_of(admin) == 1


def test_the_owners_of_other_things_read_nothing_by_it(manager, admin, admin_client, export):
    tell(event("his", url=export.get_absolute_url()), manager)
    tell(event("hers", url="/bulk/"), admin)
    admin_client.get(export.get_absolute_url())
    assert unread_of(manager) == 1


def test_every_kind_that_is_mailed_has_a_template_and_a_box(admin):
    page = signed_in(admin).get(reverse("accounts:preferences")).content.decode()
    names = {kind.name for kind in kinds.mailed_kinds()}
    assert names == {
        "bulk_ended",
        "export_needs_key",
        "export_ready",
        "export_stopped",
        "key_renewal_due",
        "list_file_failed",
        "list_file_ready",
        "schedule_failed",
        "schedule_paused",
    }
    for kind in kinds.mailed_kinds():
        assert kind.label in page


def test_two_kinds_of_one_name_are_refused():
    with pytest.raises(ValueError, match="export_ready"):
        kinds.register(kinds.Kind("export_ready", "Another"))
