"""`manage.py worker` as a process: it works, it recovers, it ends."""

import os
import signal

import pytest

from tests.services.stand import Stand, descendants, is_alive

pytestmark = pytest.mark.services


def exports_made(api, stand: Stand) -> int:
    return sum(
        ["start_time", stand.start_time] in entry["query"]
        and str(entry["effect"] or "").startswith("created exports")
        for entry in api.journal("downloadConversions")
    )


@pytest.fixture
def stand(template, tmp_path):
    with Stand(template, tmp_path / "stand") as stand:
        yield stand


def test_an_export_is_made_and_mailed_and_the_worker_ends_in_order(stand, api):
    worker = stand.start_worker()
    stand.wait_until_done()
    processes = descendants(worker.pid)
    assert len(processes) >= 5
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(12) == 0
    assert not any(is_alive(pid) for pid in processes)
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1
    assert stand.value("SELECT count(*) FROM jobs_worker") == 0
