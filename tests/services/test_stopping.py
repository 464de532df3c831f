"""The cluster ends when its processes are told to, all at once or one before the other, and leaves none behind."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.services.stand import ROOT, Stand, descendants, is_alive

pytestmark = [
    pytest.mark.services,
    # Where the database makes no difference.
    pytest.mark.parametrize("template", ["sqlite"], indirect=True),
]
#: What a group may take to be gone, on a busy machine: before, it stayed for ever.
GONE_WITHIN_SECONDS = 60


@pytest.fixture
def stand(template, tmp_path):
    with Stand(template, tmp_path / "stand") as stand:
        yield stand


@contextlib.contextmanager
def clusters(stand: Stand, number: int) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Some clusters at work, as a worker starts them; none of their processes is left afterwards."""
    environment = stand.template.environment(stand.name, stand.directory) | {"EMAIL_URL": "console://"}
    started = [
        subprocess.Popen(
            [sys.executable, "manage.py", "worker", "--cluster"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        for _ in range(number)
    ]
    try:
        stand.wait_for(lambda: all(len(descendants(one.pid)) >= 5 for one in started))
        yield started
    finally:
        for one in started:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(one.pid, signal.SIGKILL)
            one.wait()


def are_gone(processes: list[int], main: subprocess.Popen[bytes]) -> bool:
    """Whether all of them end within the time there is for it."""
    end = time.monotonic() + GONE_WITHIN_SECONDS
    while main.poll() is None or any(map(is_alive, processes)):
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True


def has_taken_note(pid: int) -> bool:
    """Whether no signal waits for the process: its handler may run."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    pending = [int(line.split()[1], 16) for line in lines if line.startswith(("SigPnd", "ShdPnd"))]
    return not any(pending)


def test_all_processes_are_told_at_once(stand):
    with clusters(stand, 4) as started:
        groups = [(main, descendants(main.pid)) for main in started]
        for main, _ in groups:
            os.killpg(main.pid, signal.SIGTERM)
        assert [are_gone(processes, main) for main, processes in groups] == [True] * 4


def test_the_guard_ends_while_it_is_told_to_stop(stand):
    with clusters(stand, 1) as [main]:
        guard, *others = descendants(main.pid)
        # The main process wakes it, and waits for its answer.
        os.kill(guard, signal.SIGSTOP)
        main.send_signal(signal.SIGTERM)
        stand.wait_for(lambda: has_taken_note(main.pid))
        os.kill(guard, signal.SIGKILL)
        assert are_gone(others, main)


def test_the_parent_is_gone_while_the_guard_is_told_to_stop(stand):
    with clusters(stand, 1) as [main]:
        guard, *others = descendants(main.pid)
        os.kill(guard, signal.SIGSTOP)
        main.send_signal(signal.SIGTERM)
        stand.wait_for(lambda: has_taken_note(main.pid))
        assert main.stdin
        main.stdin.close()
        assert are_gone([guard, *others], main)
