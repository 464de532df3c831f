"""The process that prepares a table is killed at each place: the next one makes it whole, and no half is shown."""

import subprocess
import sys
from pathlib import Path

import pytest

from apps.look_inside.parquet_table import read_facts
from tests.services.stand import ROOT, Stand

_ASK = """
import sys
from apps.accounts.models import User
from apps.connections.models import Service
from apps.look_inside.models import PreparedTable
PreparedTable.objects.create(service=Service.objects.get(), asked_by=User.objects.get(), remote_id="exp-000002",
    artifact_name=sys.stdin.read().strip())
"""


@pytest.mark.parametrize("place", ["look-inside.fetched", "look-inside.checked", "look-inside.stored"])
def test_a_killed_preparation_is_made_whole_by_the_next(place, api, sqlite_template, tmp_path):
    exports = api.application.store.records(("org-main", "exports", ""))
    artifact = next(export["_file"] for export in exports if export["id"] == "exp-000002")
    with Stand(sqlite_template, tmp_path / "stand") as stand:
        environment = sqlite_template.environment(stand.name, stand.directory) | {"EMAIL_URL": "console://"}
        run([sys.executable, "manage.py", "shell", "-c", _ASK], environment, artifact)
        home = stand.directory / "look_inside"
        killed = prepare(stand, environment | {"FAILPOINTS": f"{place}=kill-worker@1"}, fence=1)
        assert killed.returncode == -9
        assert stand.value("SELECT state FROM look_inside_preparedtable") == "queued"
        assert stand.value("SELECT directory_name FROM look_inside_preparedtable") == ""
        assert prepare(stand, environment, fence=2).returncode == 0
        assert stand.value("SELECT state FROM look_inside_preparedtable") == "ready"
        (own,) = [entry for entry in home.iterdir() if entry.name != "spill"]
        assert [entry.name for entry in own.iterdir()] == ["ready-2"]
        assert read_facts(own / "ready-2").rows == 6720
        # The process of the first claim, had it only been frozen, would find its fence taken and write nothing.
        assert prepare(stand, environment, fence=1, claims=False).returncode == 0
        assert [entry.name for entry in own.iterdir()] == ["ready-2"]


def prepare(
    stand: Stand, environment: dict[str, str], fence: int, *, claims: bool = True
) -> subprocess.CompletedProcess[str]:
    """Claim the table as its step does, and run the process."""
    if claims:
        stand.change("UPDATE look_inside_preparedtable SET fence = %s", fence)
    table = str(stand.value("SELECT id FROM look_inside_preparedtable"))
    return run(
        [sys.executable, "-m", "apps.look_inside.prepare.process", table, str(fence)],
        environment | {"DJANGO_SETTINGS_MODULE": "integr8admin.settings"},
        check=False,
    )


def run(
    command: list[str], environment: dict[str, str], text: str = "", *, check: bool = True
) -> subprocess.CompletedProcess[str]:
    """A process of the product, to its end."""
    return subprocess.run(
        command, cwd=Path(ROOT), env=environment, input=text, text=True, check=check, capture_output=True
    )
