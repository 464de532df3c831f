"""Several web processes are forked from one that loaded the application, and a killed one is replaced."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

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


def test_processes_share_what_was_loaded_and_one_that_ends_is_replaced(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "DATA_DIRECTORY": str(tmp_path), "SITE_URL": f"http://127.0.0.1:{port}"}
    command = [sys.executable, "-m", "integr8admin.serve", "--processes", "2", "--port", str(port)]
    server = subprocess.Popen(command, cwd=PROJECT, env=environment, stderr=subprocess.DEVNULL)
    try:
        until(lambda: is_up(f"http://127.0.0.1:{port}/healthz"))
        first = until(lambda: found if len(found := processes_of(server.pid)) == 2 else None)
        # A process that began anew would have a command line of its own.
        assert {Path(f"/proc/{number}/cmdline").read_bytes() for number in first} == {
            Path(f"/proc/{server.pid}/cmdline").read_bytes()
        }
        os.kill(killed := min(first), signal.SIGKILL)
        until(lambda: len(found := processes_of(server.pid)) == 2 and killed not in found)
        assert until(lambda: is_up(f"http://127.0.0.1:{port}/healthz"))
    finally:
        server.terminate()
        assert server.wait(40) == 0
