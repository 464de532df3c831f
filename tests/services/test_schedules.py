"""A schedule whose worker is killed at every place that matters: one catch-up, one export, one mail."""

import subprocess
import sys
import uuid

import pytest

from tests.services.stand import ROOT, Stand

pytestmark = pytest.mark.services

PLACES = ("schedule.planned", "schedule.looked", "schedule.requested", "schedule.ended")
_SEED = """
import sys
from datetime import timedelta
from django.utils import timezone
from apps.accounts.models import User
from apps.connections.models import Service
from apps.exports.models import ExportRequest
from apps.schedules.models import Schedule
ExportRequest.objects.all().delete()
due = timezone.now() - timedelta(days=3, hours=1)
Schedule.objects.create(
    owner=User.objects.get(), service=Service.objects.get(), report="conversions", integration_id="int-eu",
    integration_label="EU network", columns=["payout"], delimiter=",", extra_parameters=sys.stdin.read().strip(),
    frequency="daily", at=due.time().replace(second=0, microsecond=0), time_zone="UTC", covering="yesterday",
    skip_if_empty=True, next_run_at=due.replace(second=0, microsecond=0),
)
"""


@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
def test_a_worker_killed_at_each_place_asks_once(template, api, tmp_path):
    marker = f"parameter_{uuid.uuid4().hex[:8]}"
    with Stand(template, tmp_path / "stand", ",".join(f"{place}=kill-worker@1" for place in PLACES)) as stand:
        _seed(stand, marker)
        stand.start_worker()
        stand.wait_for(lambda: stand.value("SELECT count(*) FROM schedules_run WHERE state = 'done'") == 1)
        stand.wait_until_done()
        assert {place: stand.hits(place) >= 2 for place in PLACES} == dict.fromkeys(PLACES, True)
        assert stand.value("SELECT count(*) FROM schedules_run WHERE state = 'missed'") == 3
        assert stand.value("SELECT count(*) FROM schedules_run") == 4
        assert stand.value("SELECT count(*) FROM exports_exportrequest") == 1
        assert stand.value("SELECT state FROM schedules_schedule") == "active"
        asked = [entry["query"] for entry in api.journal("downloadConversions")]
        assert sum(["extra_parameters", marker] in query for query in asked) == 1
        assert len(stand.mail.received) == 1


def _seed(stand: Stand, marker: str) -> None:
    environment = stand.template.environment(stand.name, stand.directory) | {"EMAIL_URL": "console://"}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-c", _SEED],
        cwd=ROOT,
        env=environment,
        input=marker,
        text=True,
        check=True,
        capture_output=True,
    )
