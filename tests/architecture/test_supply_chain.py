"""What the product is built from is named by what it is, and known faults of it stop a build."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.audit import verdict_on

ROOT = Path(__file__).resolve().parents[2]
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8")


def report(*packages):
    return json.dumps({"dependencies": list(packages), "fixes": []})


FINE = {"name": "django", "version": "5.2.9", "vulns": []}
UNKNOWN = {"name": "ours", "skip_reason": "not found"}
BAD = {"name": "old", "version": "1.0", "vulns": [{"id": "PYSEC-1", "fix_versions": ["1.1"]}]}


@pytest.mark.parametrize(
    ("text", "is_fine", "said"),
    [
        (report(FINE, UNKNOWN), True, "1 packages audited, 1 unknown"),
        (report(FINE, BAD), False, "old 1.0: PYSEC-1, mended in 1.1"),
        ("", True, "did not answer"),
        ("<html>proxy</html>", True, "did not answer"),
        ("{}", True, "did not answer"),
    ],
)
def test_only_a_known_fault_stops_the_build(text, is_fine, said):
    verdict = verdict_on(text)
    assert verdict.is_fine is is_fine
    assert said in verdict.words


def test_the_image_is_built_on_a_base_named_by_its_digest_and_from_hashed_packages():
    [base] = re.findall(r"^ARG BASE=(\S+)", DOCKERFILE, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"$BASE"}
    assert re.fullmatch(r"python:3\.11-slim@sha256:[0-9a-f]{64}", base)
    installs = re.findall(r"pip install [^\n&]*", DOCKERFILE)
    assert installs
    assert all("--require-hashes" in line for line in installs)


def test_the_list_of_packages_names_all_that_production_installs(tmp_path):
    out = tmp_path / "sbom.json"
    program = Path(sys.executable).parent / "cyclonedx-py"
    # As `make sbom` makes it.
    [words] = re.findall(
        r"^\t\$\(BIN\)/cyclonedx-py (.+) --output-file var/sbom\.json$", MAKEFILE, re.MULTILINE
    )
    subprocess.run([program, *words.split(), "--output-file", out], cwd=ROOT, check=True, capture_output=True)
    listed = {(part["name"], part["version"]) for part in json.loads(out.read_text())["components"]}
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    pinned = set(re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^\]]*\])?==(\S+)", text, re.MULTILINE))
    assert listed == pinned


def test_bandit_finds_nothing_that_is_not_explained():
    program = Path(sys.executable).parent / "bandit"
    where = [
        "--configfile",
        "pyproject.toml",
        "--recursive",
        "integr8admin",
        "apps/encryption",
        "apps/accounts",
    ]
    done = subprocess.run([program, "--quiet", *where], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
