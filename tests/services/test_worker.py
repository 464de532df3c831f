"""`manage.py worker` as a process: it works, it recovers, it ends."""

import os
import signal

import pytest

from tests.services.stand import PATIENCE_SECONDS, Stand, descendants, is_alive

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


#: Where the database makes no difference.
postgresql_alone = pytest.mark.parametrize("template", ["postgresql"], indirect=True)


def test_an_export_is_made_and_mailed_and_the_worker_ends_in_order(stand, api):
    worker = stand.start_worker()
    stand.wait_until_done()
    processes = descendants(worker.pid)
    assert len(processes) >= 5
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE_SECONDS) == 0
    assert not any(is_alive(pid) for pid in processes)
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1
    assert stand.value("SELECT count(*) FROM jobs_worker") == 0


@postgresql_alone
def test_a_worker_that_is_killed_leaves_no_process_and_another_one_goes_on(stand, api):
    worker = stand.start_worker()
    stand.wait_for(lambda: len(descendants(worker.pid)) >= 5)
    processes = descendants(worker.pid)
    worker.kill()
    worker.wait()
    stand.wait_for(lambda: not any(is_alive(pid) for pid in processes))
    stand.start_worker()
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


def test_work_goes_on_after_idle_processes_of_the_queue_were_killed(stand, api):
    stand.change("UPDATE exports_exportrequest SET due_at = NULL")
    stand.change("DELETE FROM django_q_ormq")
    worker = stand.start_worker(stall_seconds=5)
    stand.wait_for(lambda: stand.value("SELECT seen_at FROM jobs_worker"))
    main, _guard, *rest = descendants(worker.pid)
    idle_worker, _other, monitor, _pusher = rest[:4]
    os.kill(monitor, signal.SIGKILL)
    os.kill(idle_worker, signal.SIGKILL)
    stand.wait_for(lambda: stand.value("SELECT restarts FROM jobs_worker") >= 1)
    stand.change("UPDATE exports_exportrequest SET due_at = created_at")
    stand.wait_until_done()
    assert not is_alive(main)
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


@postgresql_alone
def test_two_workers_on_one_database_do_no_harm(stand, api):
    stand.start_worker()
    stand.start_worker()
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


@postgresql_alone
def test_a_lost_queue_message_is_sent_again(stand, api):
    stand.change("DELETE FROM django_q_ormq")
    stand.change("UPDATE exports_exportrequest SET message_until = NULL")
    stand.start_worker()
    stand.wait_until_done()
    assert exports_made(api, stand) == 1


@postgresql_alone
def test_a_kill_while_the_mail_server_takes_the_message_gives_one_message(stand, api):
    worker = stand.start_worker()
    stand.mail.on_data = lambda: os.killpg(descendants(worker.pid)[0], signal.SIGKILL)
    stand.wait_until_done()
    assert stand.value("SELECT tries FROM mail_message") >= 2
    assert len(stand.mail.received) == 1


@postgresql_alone
def test_a_kill_between_sending_and_any_answer_finds_the_export_that_was_made(stand, api):
    api.faults({"kind": "stall", "operation": "downloadConversions", "seconds": 20})
    worker = stand.start_worker()
    stand.wait_for(lambda: exports_made(api, stand) == 1)
    os.killpg(descendants(worker.pid)[0], signal.SIGKILL)
    api.faults()
    assert stand.value("SELECT remote_id FROM exports_exportrequest") == ""
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


@postgresql_alone
def test_work_goes_on_after_the_database_cut_every_connection(stand, api):
    stand.start_worker()
    for state in ("waiting", "ready"):
        stand.wait_for(lambda state=state: stand.state in (state, "done"))
        stand.cut_connections()
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1


def test_a_fault_of_the_workers_own_work_is_in_its_log_and_is_got_over(stand, api):
    stand.change("ALTER TABLE look_inside_preparedtable RENAME TO elsewhere")
    stand.start_worker()
    stand.wait_for(lambda: "look_inside_preparedtable" in stand.log())
    stand.change("ALTER TABLE elsewhere RENAME TO look_inside_preparedtable")
    stand.wait_until_done()
    assert exports_made(api, stand) == 1
    assert len(stand.mail.received) == 1
