"""What the change log takes of a write: `python -m bench.audit`."""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measurements import Figure, machine, show
from tests.services.stand import ROOT, Template, has_postgresql

#: Nothing is called there.
API = "http://127.0.0.1:9"


def change_log() -> list[Figure]:
    """Opening and closing an entry, one by one and a thousand at once, on each database there is."""
    vendors = ["sqlite", "postgresql"] if has_postgresql() else ["sqlite"]
    return [figure for vendor in vendors for figure in _measured(vendor)]


def _measured(vendor: str) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="integr8-bench-audit-") as name:
        directory = Path(name)
        template = Template(vendor, directory, API, "a-key-of-nobody")
        try:
            environment = template.environment(template.name, directory) | {"EMAIL_URL": "console://"}
            program = Path(__file__).with_name("audit_program.py").read_text()
            command = [sys.executable, "manage.py", "shell", "-v0", "-c", program]
            done = subprocess.run(
                command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
            )
        finally:
            template.drop(template.name)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    # PostgreSQL waits for the disk, before the API is called.
    kind, goal = ("SQLite", 1.0) if vendor == "sqlite" else ("PostgreSQL", 0)
    return [
        Figure(f"change log, {kind}: opening and closing an entry, p50", found["p50"], goal, "ms"),
        Figure("  p95", found["p95"], 0, "ms"),
        Figure("  processor time, p50", found["processor"], 0, "ms"),
        Figure("  an entry of a thousand at once", found["batch"], 0, "ms"),
        Figure("  an entry in `verify_changes`", found["check"], 0, "ms"),
    ]


if __name__ == "__main__":
    sys.exit(show([*machine(), *change_log(), *machine()]))
