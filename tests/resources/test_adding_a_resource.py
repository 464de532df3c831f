"""`docs/adding-a-resource.md`, word by word: its folder in a copy of the project, and what holds for every resource."""

import os
import re
import shutil
import subprocess
import sys
from inspect import get_annotations
from pathlib import Path

import pytest

from apps.resources.forms.contract_form import ContractForm
from apps.resources.resource import Resource

PROJECT = Path(__file__).parents[2]
DOCUMENT = (PROJECT / "docs" / "adding-a-resource.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^`apps/(coupons/\S+)`\n\n```\w+\n(.*?)^```$", DOCUMENT, re.MULTILINE | re.DOTALL))
FILES["coupons/__init__.py"] = ""
MOST_FILES, MOST_LINES = 6, 160
#: What a copy needs to run; the environment of packages is this one's.
COPIED = (
    *("apps", "integr8admin", "templates", "static", "tests", "docs"),
    *("manage.py", "pyproject.toml", "requirements.txt"),
)
#: What runs over every resource by itself, and the story of this one.
RUN = (
    "tests/resources/every",
    "tests/resources/coupons_story.py",
    "tests/architecture/access/test_other_peoples_things.py",
    "tests/sandbox/test_operations.py",
)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """The project with the document's folder in it, and nothing else changed."""
    folder = tmp_path_factory.mktemp("copy")
    leave_out = shutil.ignore_patterns("__pycache__", "*.pyc", "test_adding_a_resource.py")
    for name in COPIED:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, folder / name, ignore=leave_out)
        else:
            shutil.copy(source, folder / name)
    for name, text in FILES.items():
        file = folder / "apps" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return folder


def run(folder: Path, *command: str) -> str:
    """What a command says in the folder; it must succeed."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DATA_DIR"))}
    environment = {**kept, "DATA_DIRECTORY": str(folder / "var"), "PYTHONPATH": str(folder)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-4000:]
    return done.stdout + done.stderr


def test_a_resource_is_a_few_short_files():
    assert len(FILES) <= MOST_FILES
    assert sum(text.count("\n") for text in FILES.values()) <= MOST_LINES
    assert set(FILES) == {
        f"coupons/{name}" for name in ("__init__.py", "contract.json", "seed.json", "forms.py", "resource.py")
    }


def test_the_copy_passes_its_checks_at_start_and_its_layers(copy):
    assert "no issues" in run(copy, sys.executable, "manage.py", "check", "--fail-level", "WARNING")
    linter = str(Path(sys.executable).with_name("lint-imports"))
    assert "0 broken" in run(copy, linter, "--no-cache")
    run(copy, str(Path(sys.executable).with_name("ruff")), "check", "apps/coupons")
    # None of it may know another resource, or be known below.
    (copy / "apps/offers/knows.py").write_text("import apps.coupons.forms\n", encoding="utf-8")
    (copy / "apps/exports/knows.py").write_text("import apps.coupons.resource\n", encoding="utf-8")
    try:
        with pytest.raises(AssertionError, match="2 broken"):
            run(copy, linter, "--no-cache")
    finally:
        (copy / "apps/offers/knows.py").unlink()
        (copy / "apps/exports/knows.py").unlink()


def test_everything_that_holds_for_every_resource_holds_for_it(copy):
    said = run(
        copy, sys.executable, "-m", "pytest", *RUN, "-q", "-p", "no:cacheprovider", "-k", "coupon or Coupon",
    )  # fmt: skip
    passed = re.search(r"(\d+) passed", said)
    assert passed is not None
    assert int(passed[1]) > 80, said


@pytest.mark.parametrize("declared", [Resource, ContractForm])
def test_the_document_names_every_attribute_and_the_engines_defaults(declared):
    tables = DOCUMENT[DOCUMENT.index("## Every attribute") :]
    cells = [
        [cell.strip() for cell in line.split("|")] for line in tables.splitlines() if line.startswith("| `")
    ]
    rows = {name: row[2] for row in cells for name in re.findall(r"`(\w+)`", row[1])}
    public = {
        name
        for name in vars(declared)
        if (not name.startswith("_") and name in rows) or _is_plain(declared, name)
    }
    public |= {name for name in get_annotations(declared) if not name.startswith("_")}
    assert public <= rows.keys()
    for name in public:
        if name not in vars(declared):
            assert rows[name] == "", f"{name} has no default"


def _is_plain(declared, name):
    value = vars(declared).get(name)
    inherited = {"use_required_attribute", "media", "declared_fields", "base_fields"}
    return (
        not name.startswith("_")
        and isinstance(value, str | int | tuple | dict | frozenset)
        and name not in inherited
    )
