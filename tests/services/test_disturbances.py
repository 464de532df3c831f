"""What else may happen: no mail server, another secret key, a wrong clock, an empty queue, a cancellation."""

import signal
import subprocess
import sys

import pytest

from tests.services.stand import ROOT, Stand, free_port
from tests.services.test_worker import exports_made

pytestmark = [
    pytest.mark.services,
    # Where the database makes no difference.
    pytest.mark.parametrize("template", ["postgresql"], indirect=True),
]

_ASK_AGAIN = """
import uuid
from apps.connections.models import Connection
from apps.exports.request.creation import request_export
from apps.exports.spec import ExportSpec
connection = Connection.objects.select_related("owner", "service").get()
spec = ExportSpec.from_json({"report": "conversions", "integration_id": "int-eu",
    "start_time": "2026-11-02 00:00:00", "end_time": "2026-11-02 23:59:59", "time_zone": "UTC",
    "columns": ["offer"], "extra_parameters": "", "delimiter": ","})
request_export(connection.owner, connection, spec, uuid.UUID(int=7))
"""

#: A machine whose clock is wrong, for Python and so for Django and the queue.
_WRONG_CLOCK = """
import os, time
from datetime import timedelta
import django.utils.timezone as zone
seconds = float(os.environ["WRONG_BY_SECONDS"])
true_time, true_now = time.time, zone.now
time.time = lambda: true_time() + seconds
zone.now = lambda: true_now() + timedelta(seconds=seconds)
"""


@pytest.fixture
def stand(template, tmp_path):
    with Stand(template, tmp_path / "stand") as stand:
        yield stand


def _program(stand: Stand, text: str, **environment: str) -> int:
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v0", "-c", text],
        cwd=ROOT,
        env=stand.template.environment(stand.name, stand.directory)
        | {"EMAIL_URL": "console://"}
        | environment,
        capture_output=True,
    )
    return done.returncode


def test_k1_a_kill_before_the_row_is_committed_leaves_nothing_and_the_form_can_be_sent_again(stand):
    queued = stand.value("SELECT count(*) FROM django_q_ormq")
    killed = _program(stand, _ASK_AGAIN, FAILPOINTS="export.created=kill-worker")
    assert killed == -signal.SIGKILL
    assert stand.value("SELECT count(*) FROM exports_exportrequest") == 1
    assert stand.value("SELECT count(*) FROM django_q_ormq") == queued
    for _ in range(2):
        assert _program(stand, _ASK_AGAIN) == 0
    assert stand.value("SELECT count(*) FROM exports_exportrequest") == 2


def test_k3_another_secret_key_and_an_empty_queue_lose_nothing(stand, api):
    stand.start_worker(SECRET_KEY="another key than the one the message in the queue was signed with")
    stand.wait_for(lambda: stand.state != "queued")
    stand.change("DELETE FROM django_q_ormq")
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


def test_k17_without_a_mail_server_the_file_is_ready_and_the_mail_follows_once(stand, api):
    stand.start_worker(EMAIL_URL=f"smtp://127.0.0.1:{free_port()}")
    stand.wait_for(
        lambda: stand.value("SELECT tries FROM mail_message WHERE state = 'queued' AND error <> ''")
    )
    assert stand.state == "ready"
    stand.end_workers()
    stand.change("UPDATE mail_message SET due_at = created_at")
    stand.start_worker()
    stand.wait_until_done()
    assert len(stand.mail.received) == 1
    assert exports_made(api, stand) == 1


def test_k21_workers_whose_clocks_are_an_hour_off_do_the_work_once(stand, api):
    (stand.directory / "sitecustomize.py").write_text(_WRONG_CLOCK)
    for seconds in ("3600", "-3600"):
        stand.start_worker(PYTHONPATH=str(stand.directory), WRONG_BY_SECONDS=seconds)
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


def test_k19_an_export_that_is_canceled_while_it_is_asked_for_is_found_first_and_not_mailed(stand, api):
    stand.failpoints = "export.answered=kill-group@1"
    stand.start_worker()
    stand.wait_for(lambda: stand.hits("export.answered"))
    stand.change("UPDATE exports_exportrequest SET cancel_requested_at = created_at, due_at = created_at")
    stand.wait_for(lambda: stand.state == "canceled")
    assert exports_made(api, stand) == 1
    assert stand.value("SELECT remote_id FROM exports_exportrequest")
    assert stand.value("SELECT count(*) FROM mail_message") == 0
