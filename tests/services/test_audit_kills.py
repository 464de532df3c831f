"""A process that is killed while it writes leaves a whole log, and entries that the worker closes."""

import subprocess
import sys

import pytest

from tests.services.stand import ROOT, Stand

pytestmark = pytest.mark.services

#: Writes a hundred times, opens one entry more (for three seconds at most), and waits as for the API's answer.
_PROGRAM = """
import sys
from datetime import timedelta
from apps.accounts.models import User
from apps.audit.descriptions import Closing, WriteDescription, Origin
from apps.audit.log import close, open_entry
from apps.audit.models import Outcome
from apps.connections.models import Service
facts = WriteDescription(Service.objects.get().pk, User.objects.get(), Origin.page("offers:edit", "/"), None, "",
    "updateOffer", "offers", "update", record_id="1001", body={"name": "Summer"}, time=timedelta(seconds=3))
for number in range(100):
    close(open_entry(facts), Closing(Outcome.DONE))
    print(number, flush=True)
open_entry(facts)
print("sent", flush=True)
sys.stdin.read()
"""


#: The entries of that program: the worker logs what it writes itself, as an export that it asks for.
_OWN = "entry_id IN (SELECT id FROM audit_entry WHERE operation = 'updateOffer')"
_ENTRIES = "SELECT count(*) FROM audit_entry WHERE operation = 'updateOffer'"
_CLOSINGS = f"SELECT count(*) FROM audit_entryclosing WHERE {_OWN}"  # noqa: S608
_OPEN = f"SELECT count(*) FROM audit_openentry WHERE {_OWN}"  # noqa: S608


def manage(stand: Stand, *arguments: str) -> "subprocess.Popen[str]":
    """A command on the stand's database."""
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=stand.template.environment(stand.name, stand.directory) | {"EMAIL_URL": "console://"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def kill_when_it_says(stand: Stand, line: str) -> None:
    """Start a process that writes, and kill it when it prints the line."""
    process = manage(stand, "shell", "-v0", "-c", _PROGRAM)
    assert process.stdout
    assert any(said.strip() == line for said in process.stdout)
    process.kill()
    process.wait()


def test_killed_processes_leave_a_whole_chain_and_what_they_left_open_becomes_unknown(template, tmp_path):
    with Stand(template, tmp_path / "stand") as stand:
        # At any place of a write, twice, and while the API is called.
        for line in ("20", "41", "sent"):
            kill_when_it_says(stand, line)
        entries = stand.value(_ENTRIES)
        left = stand.value(_OPEN)
        assert entries >= 21 + 42 + 101
        assert 1 <= left <= 3
        assert stand.value(_CLOSINGS) == entries - left
        stand.start_worker()
        stand.wait_for(lambda: stand.value(_OPEN) == 0)
        assert stand.value(f"{_CLOSINGS} AND outcome = 'unknown'") == left
        assert stand.value(_CLOSINGS) == entries
        verified = manage(stand, "verify_changes")
        assert verified.communicate()[0].endswith(": as it was written\n")
        assert verified.returncode == 0
