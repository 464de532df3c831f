"""What strangers can make happen as often as they like costs the log two events a window, and few names."""

from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.utils import timezone

from apps.audit.events import EventKind, record, windows
from apps.audit.links import PRODUCT_CHAIN
from apps.audit.models import Event, EventCount
from apps.audit.verification import faults_of

pytestmark = pytest.mark.django_db


def tried(subject, address="203.0.113.9"):
    record(EventKind.SIGN_IN_FAILED, None, RequestFactory().post("/", REMOTE_ADDR=address), subject=subject)


def counts() -> list[int]:
    return list(Event.objects.order_by("number").values_list("count", flat=True))


def test_the_first_is_written_and_the_rest_when_the_window_ends(admin):
    for _ in range(50):
        tried(admin)
    assert counts() == [1]
    windows.step(EventCount.objects.get())
    assert counts() == [1, 49]
    last = Event.objects.get(count=49)
    assert (last.kind, last.subject_id, last.address) == ("sign_in_failed", admin.pk, "203.0.113.9")
    assert {"since", "until"} <= last.facts.keys()
    assert not EventCount.objects.exists()
    assert faults_of(PRODUCT_CHAIN) == []


def test_a_window_nobody_came_back_to_tells_nothing_more(admin):
    tried(admin)
    windows.step(EventCount.objects.get())
    assert counts() == [1]


def test_the_next_window_begins_with_what_the_last_one_counted(admin, monkeypatch):
    tried(admin)
    tried(admin)
    later = timezone.now() + windows.WINDOW + timedelta(minutes=1)
    monkeypatch.setattr(timezone, "now", lambda: later)
    tried(admin)
    assert counts() == [1, 1, 1]
    assert EventCount.objects.get().count == 0


def test_each_account_and_network_has_its_own(admin, manager):
    for subject in (admin, manager, None):
        for address in ("203.0.113.9", "203.0.113.10"):
            tried(subject, address)
            tried(subject, address)
    assert counts() == [1] * 6
    assert set(EventCount.objects.values_list("count", flat=True)) == {1}


def test_a_flood_from_everywhere_is_counted_together_beyond_a_number(admin, monkeypatch):
    monkeypatch.setattr(windows, "MOST_COUNTED", 10)
    for number in range(100):
        tried(None, f"203.0.113.{number}")
    assert len(counts()) == 11
    assert EventCount.objects.count() == 11
    nameless = Event.objects.order_by("-number")[0]
    assert (nameless.address, nameless.facts) == ("", {"from_many": True})
    assert sum(EventCount.objects.values_list("count", flat=True)) + sum(counts()) == 100


def test_most_tries_cost_few_statements(admin, django_assert_max_num_queries):
    tried(admin)
    with django_assert_max_num_queries(3):
        tried(admin)


def test_an_address_without_an_account_is_counted_like_one_with(admin):
    request = RequestFactory().post("/", REMOTE_ADDR="203.0.113.9")
    for subject, typed in ((admin, admin.email), (None, "a@example.com"), (None, "b@example.com")):
        for _ in range(2):
            record(EventKind.SIGN_IN_FAILED, None, request, subject=subject, counted_by=typed)
    assert counts() == [1, 1, 1]
    assert not Event.objects.filter(subject_email__contains="b@example.com").exists()
