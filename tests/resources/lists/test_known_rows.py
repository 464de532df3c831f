"""What a list said of a record is shown as whoever looks now sees it."""

import time
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from apps.api.client import JOB
from apps.resources import registry
from apps.resources.lists.known_rows import known_facts, note_rows
from apps.resources.scope import Scope
from apps.ui.columns import RowContext

PLACE = {"integrationID": "int-eu"}
RECORD = {"id": 1002, "name": "Card", "updated_at": "2026-11-29T14:05:00Z"}


@pytest.fixture
def request_of_admin(rf, admin):
    request = rf.get("/")
    request.user = admin
    return request


@pytest.mark.usefixtures("admin_connection")
def test_times_of_a_known_row_are_those_of_the_zone_of_now(admin, request_of_admin):
    offers = registry.named("offers")
    scope = Scope.for_person(admin, offers, PLACE, profile=JOB, seconds=10)
    with timezone.override(ZoneInfo("Pacific/Auckland")):
        note_rows(scope, [RECORD], RowContext(fields=scope.shown_fields), time.time())
    for zone, shown in (("Europe/Berlin", "29 Nov 2026, 15:05"), ("Asia/Tokyo", "29 Nov 2026, 23:05")):
        with timezone.override(ZoneInfo(zone)):
            facts = known_facts(offers, request_of_admin, {**PLACE, "record_id": "1002"})
        assert facts is not None
        assert shown in "".join(html for _, html in facts.values)
