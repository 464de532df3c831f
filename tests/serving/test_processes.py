"""Several web processes are forked from one that loaded the application; who looks after them replaces a killed one."""

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest
import requests

PROJECT = Path(__file__).resolve().parents[2]


def processes_of(parent: int) -> set[int]:
    return {int(number) for number in Path(f"/proc/{parent}/task/{parent}/children").read_text().split()}


def until(answer):
    ends = time.monotonic() + 60
    while not (found := answer()):
        assert time.monotonic() < ends, "it did not come to be"
    return found


def is_up(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False


@pytest.fixture
def site(tmp_path):
    """A web server of two processes: its process, and its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATA_DIRECTORY": str(tmp_path), "SITE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "integr8admin.serve", "--processes", "2", "--port", str(port)]
    server = subprocess.Popen(
        command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        yield server, f"http://127.0.0.1:{port}/healthz"
    finally:
        with suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait(10)


def two_of(server) -> set[int]:
    return until(lambda: found if len(found := processes_of(server.pid)) == 2 else None)


def megabytes_of_its_own(process: int) -> float:
    lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1024


def test_processes_share_what_was_loaded_and_one_that_ends_is_replaced(site):
    server, url = site
    until(lambda: is_up(url))
    first = two_of(server)
    # A process that began anew would have a command line of its own.
    [shared] = {Path(f"/proc/{number}/cmdline").read_bytes() for number in first}
    assert b"integr8admin.serve" in shared
    os.kill(killed := min(first), signal.SIGKILL)
    until(lambda: len(found := processes_of(server.pid)) == 2 and killed not in found)
    os.kill(max(first), signal.SIGSTOP)
    # The new one answers by itself.
    assert until(lambda: is_up(url))
    os.kill(max(first), signal.SIGCONT)
    server.terminate()
    assert server.wait(60) == 0


def test_who_looks_after_them_has_loaded_nothing(site):
    server, url = site
    until(lambda: is_up(url))
    two_of(server)
    until(lambda: b"supervisor" in Path(f"/proc/{server.pid}/cmdline").read_bytes())
    assert megabytes_of_its_own(server.pid) < 15


def test_nobody_goes_on_serving_when_who_looks_after_them_is_gone(site):
    server, url = site
    until(lambda: is_up(url))
    left = two_of(server)
    server.kill()
    server.wait(10)
    until(lambda: not is_up(url))
    until(lambda: not any(_is_running(number) for number in left))


def _is_running(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


#: A process that never answers, to be replaced by one that cannot begin.
SILENT = """
import os, signal, socket, sys
from integr8admin.serving import supervisor
supervisor.ANSWER_SECONDS = 0.1
signal.pthread_sigmask(signal.SIG_BLOCK, supervisor.AWAITED)
ours, theirs = socket.socketpair()
number = os.fork()
if not number:
    signal.pause()
command = [sys.executable, "-c", "raise SystemExit(3)"]
sys.exit(supervisor.Supervisor([supervisor.WebProcess(number, ours)], command).run())
"""


def test_one_that_does_not_answer_is_killed_and_one_that_cannot_begin_stops_all():
    done = subprocess.run([sys.executable, "-c", SILENT], cwd=PROJECT, timeout=60, check=False)
    assert done.returncode == 3


FAILING = """
import os, uvicorn
from integr8admin.serving import processes

def fail(*given):
    raise ValueError("no room for it")

async def application(scope, receive, send):
    pass

processes.serve_one = fail
os.execv = lambda *given: None
processes.run_processes(uvicorn.Config(application, port=0, workers=1), "")
number, status = os.wait()
print("ended with", os.waitstatus_to_exitcode(status))
"""


def test_a_process_that_cannot_serve_says_why():
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "integr8admin.settings"}
    ended = subprocess.run(
        [sys.executable, "-c", FAILING],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert "ended with 1" in ended.stdout, ended.stderr
    assert "A web process could not serve" in ended.stderr and "no room for it" in ended.stderr


def test_who_looks_after_the_processes_loads_nothing_that_waiting_does_not_need():
    program = "import sys, integr8admin.serving.supervisor; print(*sys.modules)"
    shown = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    loaded = set(shown.stdout.split())
    assert "integr8admin.serving.supervisor" in loaded
    assert not loaded & {"django", "uvicorn", "logging", "dataclasses", "inspect"}
