"""The table of settings is complete, and a wrong value names its variable."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from integr8admin.environment import new_key_ring, new_secret

ROOT = Path(__file__).resolve().parents[3]


def variables_read():
    source = (ROOT / "integr8admin" / "settings.py").read_text()
    return set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", source))


def test_every_variable_the_settings_read_stands_in_the_table_and_no_other():
    table = (ROOT / "docs" / "settings.md").read_text()
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", table, flags=re.MULTILINE))
    assert documented == variables_read()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "perhaps"),
        ("SITE_URL", "http://desk.example.com"),
        ("SITE_URL", "desk.example.com"),
        ("API_KEY_RING", "2026:short"),
        ("API_KEY_RING", "no separator"),
        ("DATABASE_URL", "nonsense://x"),
        ("REDIS_URL", "http://127.0.0.1"),
        ("EMAIL_URL", "pigeon://post"),
        ("PAGE_DEADLINE_SECONDS", "soon"),
        ("PAGE_DEADLINE_SECONDS", "0"),
        ("LOG_LEVEL", "CHATTY"),
        ("FAILPOINTS", "nonsense"),
        ("DEFAULT_FROM_EMAIL", "Acme, Inc. <no-reply@example.com>"),
        ("SECRET_KEY_FILE", "/nowhere/at/all"),
    ],
)
def test_a_wrong_value_stops_the_start_and_names_the_variable(name, value, tmp_path):
    done = start({name: value, "DATA_DIRECTORY": str(tmp_path)})
    assert done.returncode != 0
    assert name.removesuffix("_FILE") in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("name", ["SECRET_KEY", "API_KEY_RING"])
def test_a_public_site_does_not_start_without_its_secrets(name, tmp_path):
    secrets = {"SECRET_KEY": new_secret(), "API_KEY_RING": new_key_ring()}
    del secrets[name]
    done = start(
        {"SITE_URL": "https://desk.example.com", "EMAIL_URL": "smtps://m", "DATA_DIRECTORY": str(tmp_path)}
        | secrets
    )
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]


def test_a_public_site_passes_djangos_deployment_check_and_has_no_sandbox(tmp_path):
    done = start(
        {
            "SITE_URL": "https://desk.example.com",
            "EMAIL_URL": "smtps://mail.example.com",
            "SECRET_KEY": new_secret(),
            "API_KEY_RING": new_key_ring(),
            "DATA_DIRECTORY": str(tmp_path),
        },
        "--deploy",
        "--fail-level",
        "WARNING",
    )
    assert done.returncode == 0, done.stderr


def start(variables, *options):
    """`manage.py check` in an environment with only these variables."""
    environment = {"PATH": os.environ["PATH"], **variables}
    return subprocess.run(
        [sys.executable, "manage.py", "check", *options],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
