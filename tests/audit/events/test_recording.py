"""What happens to the product is a chain of the log: masked, proved, and removed when it was kept long enough."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory, override_settings
from django.utils import timezone

from apps.api.credentials import Secret
from apps.audit.events import EventKind, appending, record
from apps.audit.links import PRODUCT_CHAIN
from apps.audit.models import AppendOnly, ChainStart, Event
from apps.audit.retention import remove_old
from apps.audit.verification import faults_of, heads

pytestmark = pytest.mark.django_db(transaction=True)


def execute(statement: str, *values: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_an_event_names_who_what_and_from_where(admin, manager):
    request = RequestFactory().get("/", headers={"user-agent": "Firefox/1"}, REMOTE_ADDR="203.0.113.9")
    request.request_id = "abc12345"  # type: ignore[attr-defined]
    record(
        EventKind.ROLE_CHANGED,
        admin,
        request,
        subject=manager,
        facts={"before": "viewer", "after": "manager"},
    )
    event = Event.objects.get()
    assert (event.kind, event.person_id, event.email) == ("role_changed", admin.pk, admin.email)
    assert (event.subject_id, event.subject_email) == (manager.pk, manager.email)
    assert (event.address, event.browser, event.request_id) == ("203.0.113.9", "Firefox/1", "abc12345")
    assert event.facts == {"before": "viewer", "after": "manager"}
    assert (event.service_id, event.number, event.count) == (PRODUCT_CHAIN, 1, 1)


@override_settings(TRUSTED_PROXY_COUNT=1)
def test_the_address_is_what_the_trusted_proxy_says_not_the_client(admin):
    request = RequestFactory().get(
        "/", headers={"x-forwarded-for": "192.0.2.66, 198.51.100.7"}, REMOTE_ADDR="10.0.0.1"
    )
    record(EventKind.SIGNED_OUT, admin, request)
    assert Event.objects.get().address == "198.51.100.7"


def test_no_key_is_written_down(admin):
    secret = Secret("canary-4711-canary-4711-canary")
    record(EventKind.KEY_STORED, admin, title=f"with {secret.reveal()}", facts={"api_key": "plain words"})
    event = Event.objects.get()
    assert "canary-4711" not in event.content()
    assert "plain words" not in event.content()


def test_an_event_goes_with_the_transaction_that_it_tells_of(admin):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(EventKind.ROLE_CHANGED, admin)
        raise ZeroDivisionError
    assert not Event.objects.exists()


def test_rows_are_never_changed_by_the_site(admin):
    record(EventKind.SIGNED_IN, admin)
    event = Event.objects.get()
    for change in (
        event.save,
        event.delete,
        Event.objects.all().delete,
        lambda: Event.objects.update(count=2),
    ):
        with pytest.raises(AppendOnly):
            change()


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE audit_event SET email = 'x@example.com' WHERE number = 2", "Number 2"),
        ("UPDATE audit_event SET count = 9 WHERE number = 2", "Number 2"),
        ("DELETE FROM audit_event WHERE number = 2", "Number 2 is missing"),
        ("DELETE FROM audit_event WHERE number = 3", "Number 3 is missing"),
        ("UPDATE audit_event SET number = number + 10 WHERE number = 2", "Number 2 is missing"),
    ],
)
def test_what_somebody_alters_in_the_database_is_found(admin, statement, words):
    for kind in (EventKind.SIGNED_IN, EventKind.KEY_STORED, EventKind.SIGNED_OUT):
        record(kind, admin)
    assert faults_of(PRODUCT_CHAIN) == []
    execute(statement)
    assert any(fault.startswith(words) for fault in faults_of(PRODUCT_CHAIN))
    with pytest.raises(CommandError):
        call_command("verify_changes", stdout=StringIO())


def test_the_commands_name_the_chain_of_the_product(admin):
    record(EventKind.SIGNED_IN, admin)
    assert [head.service_id for head in heads()] == [PRODUCT_CHAIN]
    told = StringIO()
    call_command("verify_changes", stdout=told)
    assert "The product itself: as it was written" in told.getvalue()


def test_old_events_are_removed_and_the_rest_proves_itself_whole(admin, monkeypatch, settings):
    old = timezone.now() - timedelta(days=settings.CHANGE_LOG_DAYS + 1)
    with monkeypatch.context() as patch:
        patch.setattr(timezone, "now", lambda: old)
        record(EventKind.SIGNED_IN, admin)
        record(EventKind.SIGNED_OUT, admin)
    record(EventKind.SIGNED_IN, admin)
    assert ChainStart.objects.filter(pk=PRODUCT_CHAIN).exists()
    assert remove_old(PRODUCT_CHAIN) == 2
    assert list(Event.objects.values_list("number", flat=True)) == [3]
    assert faults_of(PRODUCT_CHAIN) == []


def test_a_log_that_cannot_be_written_stops_no_sign_in_and_is_told_of(admin, monkeypatch, caplog):
    def refuse(*_arguments: object) -> None:
        raise DatabaseError("disk full")

    with monkeypatch.context() as patch:
        patch.setattr(appending, "add_links", refuse)
        record(EventKind.SIGNED_IN, admin)
        record(EventKind.SIGNED_OUT, admin)
        with pytest.raises(DatabaseError):
            record(EventKind.ROLE_CHANGED, admin)
    assert caplog.text.count("could not be written") == 2
    record(EventKind.SIGNED_IN, admin)
    assert list(Event.objects.order_by("number").values_list("kind", "count")) == [
        ("signed_in", 1),
        ("events_missed", 2),
    ]
    record(EventKind.SIGNED_OUT, admin)
    assert Event.objects.filter(kind=EventKind.EVENTS_MISSED).count() == 1
