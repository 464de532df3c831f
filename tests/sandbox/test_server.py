"""The real `manage.py sandbox` process: what survives its death, and what stops it from starting."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests

from apps.sandbox.data.seed_records import seeded_records
from apps.sandbox.data.store import Store
from apps.sandbox.keys import ADMIN_KEY

ROOT = Path(__file__).resolve().parents[2]
HEADERS = {"API-KEY": ADMIN_KEY}


@contextmanager
def _sandbox_process(data: Path, *options: str, port: int = 0) -> Iterator[tuple[subprocess.Popen, str]]:
    command = [
        sys.executable,
        "manage.py",
        "sandbox",
        "--port",
        str(port),
        "--data",
        str(data),
        "--quiet",
        *options,
    ]
    environment = {**os.environ, "DATA_DIRECTORY": str(data)}
    with subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().removeprefix("Sandbox at ").strip()
        finally:
            process.kill()


def test_answered_writes_survive_kill_9_and_reset_starts_again(tmp_path):
    with _sandbox_process(tmp_path) as (process, url):
        made = requests.post(
            f"{url}/integrations/int-us/offers",
            json={"name": "Kept", "advertiser_id": 101},
            headers=HEADERS,
            timeout=60,
        ).json()["created_item_id"]
        requests.delete(f"{url}/advertisers/105", headers=HEADERS, timeout=60)
        process.kill()
    with _sandbox_process(tmp_path) as (process, url):
        offer = requests.get(f"{url}/integrations/int-us/offers/{made}", headers=HEADERS, timeout=60).json()[
            "data"
        ]
        assert offer["name"] == "Kept"
        assert requests.get(f"{url}/advertisers/105", headers=HEADERS, timeout=60).status_code == 404
        process.terminate()
        assert process.wait(5) == 0
    with _sandbox_process(tmp_path, "--reset") as (_, url):
        assert requests.get(f"{url}/advertisers/105", headers=HEADERS, timeout=60).status_code == 200


def test_a_port_in_use_is_named(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with _sandbox_process(tmp_path, port=port) as (process, line):
            assert process.wait(20) == 1
            assert f"127.0.0.1:{port}" in line
            assert "--port" in line


def test_two_sandboxes_never_share_their_data(tmp_path):
    with _sandbox_process(tmp_path), _sandbox_process(tmp_path) as (process, line):
        assert process.wait(20) == 1
        assert "--data" in line


def test_a_line_cut_short_is_dropped(tmp_path):
    place = ("org-main", "users", "")
    store = Store(tmp_path, lambda _: seeded_records())
    store.write([(place, "usr-main-012", None)])
    store.close()
    with (tmp_path / "changes.jsonl").open("ab") as file:
        file.write(b'{"changes":[[["org-main","users",""],"usr-main-011",nu')
    store = Store(tmp_path, lambda _: seeded_records())
    assert len(store.records(place)) == 11
    store.write([(place, "usr-main-010", None)])
    store.close()
    store = Store(tmp_path, lambda _: seeded_records())
    assert len(store.records(place)) == 10
    store.close()


def test_the_first_data_is_the_same_each_time():
    assert seeded_records() == seeded_records()
    for organisation, kind, size in (("org-main", "publishers", 400), ("org-other", "publishers", 10)):
        assert len(seeded_records()[(organisation, kind, "")]) == size
