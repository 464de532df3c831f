"""Web server and worker run without rights, where nothing but the data directory can be written."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.stand import free_port

pytestmark = pytest.mark.services
ROOT = Path(__file__).resolve().parents[3]
SCRIPT = """
set -e
mount --make-rprivate /
mount --bind "$ROOT" "$ROOT"
mount -o remount,ro,bind "$ROOT"
cd "$ROOT"
if touch manage.py 2>/dev/null; then exit 3; fi
"$PYTHON" manage.py migrate -v0
closed() { exec setpriv --bounding-set=-all --inh-caps=-all --no-new-privs "$PYTHON" "$@"; }
closed -m integr8admin.serve --port "$PORT" & web=$!
closed manage.py worker & worker=$!
trap 'kill $web $worker; wait' EXIT
for second in $(seq 120); do "$PYTHON" -m integr8admin.healthcheck web && break; sleep 1; done
grep -q 'CapEff:.0000000000000000' /proc/$web/status
"$PYTHON" -m integr8admin.healthcheck web
for second in $(seq 60); do "$PYTHON" -m integr8admin.healthcheck worker && break; sleep 1; done
"$PYTHON" -m integr8admin.healthcheck worker
echo all is well
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root mounts a folder read-only")
def test_it_runs_with_read_only_code_and_without_capabilities(tmp_path):
    port = free_port()
    variables = {
        "PATH": os.environ["PATH"],
        "ROOT": str(ROOT),
        "PYTHON": sys.executable,
        "PORT": str(port),
        "HEALTHCHECK_URL": f"http://127.0.0.1:{port}/healthz",
        "DATA_DIRECTORY": str(tmp_path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "WEB_PROCESSES": "1",
    }
    can = subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode == 0
    if not can:
        pytest.skip("no namespace of its own can be had here")
    done = subprocess.run(
        ["unshare", "--mount", "bash", "-c", SCRIPT],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.endswith("all is well\n")
