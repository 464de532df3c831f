"""What the log is asked for is found by an index, however long the log gets."""

import re
import uuid

import pytest
from django.db import connection

from apps.audit.models import Entry, Outcome, ids_about

pytestmark = pytest.mark.django_db

ANY = uuid.UUID(int=3)
LOOKS = {
    "record": lambda: ids_about([ANY], ["offers"], "1001"),
    "organisation": lambda: Entry.objects.filter(service_id=ANY, organisation="o").order_by("-at", "-pk")[
        :50
    ],
    "person": lambda: Entry.objects.filter(person_id=ANY).order_by("-at"),
    "batch": lambda: Entry.objects.filter(batch=ANY).order_by("number"),
    "service": lambda: Entry.objects.filter(service_id=ANY).order_by("-number"),
    "time": lambda: Entry.objects.order_by("-at")[:50],
    "open": lambda: Entry.objects.ended(Outcome.SENDING),
    "failed": lambda: Entry.objects.ended(Outcome.FAILED).order_by("-closing__at"),
}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL reads a short table whole")
@pytest.mark.parametrize("look", LOOKS)
def test_no_look_reads_the_log_from_end_to_end(look):
    plan = LOOKS[look]().explain()
    assert not re.search(r"SCAN (?!audit_openentry)(?!.*USING INDEX)", plan), plan
    # The first part of an index alone would lead to everything of a service.
    assert "(service_id=?)" not in plan or look == "service", plan
