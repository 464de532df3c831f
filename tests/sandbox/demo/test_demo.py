"""The one command people start with, run for real: it comes up, lets people in, and leaves nothing behind."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from apps.sandbox.demo.setup import LOGINS

ROOT = Path(__file__).resolve().parents[3]
CSRF_FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Where the demo of this module keeps its things, so that its second start finds those of its first."""
    return tmp_path_factory.mktemp("demo")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def _demo(data: Path, port: int, sandbox_port: int) -> Iterator[subprocess.Popen]:
    ports = ["--port", str(port), "--sandbox-port", str(sandbox_port)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO")}
    with subprocess.Popen(
        [sys.executable, "manage.py", "demo", *ports, "--data", str(data)],
        cwd=ROOT,
        env=environment | {"API_ALLOWED_HOSTS": "api.app.integr8.co"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(20)


def _lines_until(process: subprocess.Popen, text: str) -> str:
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if text in line:
            return "".join(lines)
    raise AssertionError("".join(lines))


def _processes_with(text: str) -> list[str]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            try:
                environment = (entry / "environ").read_bytes().decode(errors="replace")
            except OSError:
                continue
            if text in environment:
                found.append(entry.name)
    return found


@contextmanager
def _signed_in(site: str) -> Iterator[requests.Session]:
    with requests.Session() as browser:
        token = CSRF_FIELD.search(browser.get(f"{site}/account/login/", timeout=60).text)
        assert token is not None
        fields = {"login": LOGINS[0].email, "password": LOGINS[0].password, "csrfmiddlewaretoken": token[1]}
        browser.post(f"{site}/account/login/", data=fields, headers={"Referer": f"{site}/"}, timeout=60)
        yield browser


def test_the_demo_lets_people_in_and_leaves_nothing_behind(data):
    port, sandbox_port = _free_port(), _free_port()
    site = f"http://localhost:{port}"
    with _demo(data, port, sandbox_port) as process:
        told = _lines_until(process, "Ctrl-C")
        assert all(login.email in told and login.password in told for login in LOGINS)
        assert f"{site}/mailbox/" in told
        with requests.Session() as browser:
            form = browser.get(f"{site}/account/login/", timeout=60).text
            token = CSRF_FIELD.search(form)
            assert token is not None
            fields = {
                "login": LOGINS[0].email,
                "password": LOGINS[0].password,
                "csrfmiddlewaretoken": token[1],
            }
            browser.post(f"{site}/account/login/", data=fields, headers={"Referer": f"{site}/"}, timeout=60)
            assert "EU network" in browser.get(f"{site}/", timeout=60).text
        assert len(_processes_with(f"SITE_URL={site}")) >= 3
        process.send_signal(signal.SIGINT)
        assert process.wait(12) == 0
    assert _processes_with(f"SITE_URL={site}") == []


def test_it_starts_again_on_other_ports_and_ends_when_one_process_does(data):
    port, sandbox_port = _free_port(), _free_port()
    with _demo(data, port, sandbox_port) as process:
        _lines_until(process, "Ctrl-C")
        with _signed_in(f"http://127.0.0.1:{port}") as browser:
            browser.get(f"http://127.0.0.1:{port}/integrations/int-eu/offers/", timeout=60)
        journal = requests.get(f"http://127.0.0.1:{sandbox_port}/_sandbox/journal", timeout=60).json()[
            "entries"
        ]
        assert ("listOffers", "admin", 200) in [
            (one["operation"], one["key"], one["status"]) for one in journal
        ]
        sandbox = next(
            pid
            for pid in _processes_with(f"SITE_URL=http://localhost:{port}")
            if b"sandbox\0--port" in Path(f"/proc/{pid}/cmdline").read_bytes()
        )
        os.kill(int(sandbox), signal.SIGKILL)
        assert "The sandbox process ended" in _lines_until(process, "The sandbox process")
        assert process.wait(12) == 1
    assert _processes_with(f"SITE_URL=http://localhost:{port}") == []


def test_a_port_in_use_is_named_with_the_way_out(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _demo(tmp_path, port, _free_port()) as process:
            told = _lines_until(process, "in use")
            assert process.wait(10) == 1
    assert f"Port {port}" in told
    assert f"make demo PORT={port + 100}" in told
