"""What many processes want at the same moment, one gets: on PostgreSQL and on a SQLite file."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.services.stand import ROOT

pytestmark = pytest.mark.services


def test_a_row_a_lock_a_form_and_a_place_within_the_daily_limit_are_given_out_once(template, tmp_path):
    name = template.copy(tmp_path)
    try:
        done = subprocess.run(
            [
                sys.executable,
                "manage.py",
                "shell",
                "-v0",
                "-c",
                Path(__file__).with_name("race_program.py").read_text(),
            ],
            cwd=ROOT,
            env=template.environment(name, tmp_path) | {"EMAIL_URL": "console://"},
            capture_output=True,
            text=True,
        )
    finally:
        template.drop(name)
    assert done.returncode == 0, done.stderr
    result = json.loads(done.stdout.splitlines()[-1])
    assert result == {"claims": [1] * 10, "locks": 1, "forms": 1, "places": 2}
