"""The packages that are installed: those that the code imports, each for a reason, with a hash of every file."""

import re
import sys
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
OURS = {"apps", "integr8admin", "tests", "bench"}
DISTRIBUTIONS = packages_distributions()
#: Needed without being imported by name.
CHOSEN_BY_SETTING = {
    "psycopg": "Django imports it where DATABASE_URL names PostgreSQL",
}
COMPILED = ["requirements", "requirements-demo", "requirements-dev"]


def plain(name: str) -> str:
    """A package's name as indexes compare it, without extras."""
    return re.sub(r"[-_.]+", "-", name.partition("[")[0]).lower()


def groups(file: str) -> list[tuple[str, list[str]]]:
    """The reasons of a .in file, each with the packages below it, as they are written without their versions."""
    found: list[tuple[str, list[str]]] = []
    for line in (PROJECT / file).read_text(encoding="utf-8").split("\n\n", 1)[1].splitlines():
        if line.startswith("# "):
            found.append((line[2:], []))
        elif line:
            found[-1][1].append(re.split(r"[<>=~!;]", line)[0].strip())
    return found


def named(file: str) -> set[str]:
    """The packages of a .in file."""
    return {plain(package) for _reason, packages in groups(file) for package in packages}


def imported(files: Iterable[Path]) -> dict[str, str]:
    """The packages that these files import, and one of the files each; the settings name some as dotted texts."""
    found = {}
    for path in files:
        text = path.read_text(encoding="utf-8")
        names = set(re.findall(r"^ *(?:from|import) (\w+)[\w.]*(?: import| as|$)", text, re.MULTILINE))
        if path.name == "settings.py":
            names |= set(re.findall(r"[\"'](\w+)\.[\w.]+[\"']", text)) & DISTRIBUTIONS.keys()
        for name in names - OURS - set(sys.stdlib_module_names):
            assert name in DISTRIBUTIONS, f"{path} imports {name}, which is not installed"
            found[plain(DISTRIBUTIONS[name][0])] = str(path.relative_to(PROJECT))
    return found


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in (PROJECT / folder).rglob("*.py")]


PRODUCTION = [
    path for path in sources("apps", "integr8admin") if not path.is_relative_to(PROJECT / "apps" / "sandbox")
]


def test_production_imports_what_requirements_name_and_nothing_else():
    found, wanted = imported(PRODUCTION), named("requirements.in")
    assert {package: file for package, file in found.items() if package not in wanted} == {}
    assert wanted - found.keys() == CHOSEN_BY_SETTING.keys()


def test_what_the_sandbox_alone_imports_is_named_for_the_demo():
    sandbox = imported(sources("apps/sandbox"))
    assert sandbox.keys() - named("requirements.in") == named("requirements-demo.in")


def test_tests_and_benchmarks_import_what_is_named():
    known = named("requirements.in") | named("requirements-demo.in") | named("requirements-dev.in")
    found = imported(sources("tests", "bench"))
    assert {package: file for package, file in found.items() if package not in known} == {}


@pytest.mark.parametrize("name", COMPILED)
def test_every_package_that_is_named_has_one_version_and_a_hash(name):
    text = (PROJECT / f"{name}.txt").read_text(encoding="utf-8")
    pinned = re.findall(r"^(\S+)==\S+(?: ; [^\\]+)? \\\n    --hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(pinned) == len(re.findall(r"^[\w]", text, re.MULTILINE))
    assert named(f"{name}.in") <= set(map(plain, pinned))


def test_no_file_of_requirements_says_where_packages_come_from():
    files = sorted(PROJECT.glob("requirements*"))
    assert len(files) == 2 * len(COMPILED)
    for path in files:
        assert not re.search(r"://|--(extra-)?index|--find-links", path.read_text(encoding="utf-8")), (
            path.name
        )


def test_a_package_has_the_same_version_everywhere():
    versions: dict[str, set[str]] = {}
    for name in COMPILED:
        text = (PROJECT / f"{name}.txt").read_text(encoding="utf-8")
        for package, version in re.findall(r"^(\S+)==(\S+)", text, re.MULTILINE):
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_the_readme_gives_the_same_reasons():
    text = (PROJECT / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (.+) \| (.+) \|$", text.split("| package | for |")[1], re.MULTILINE)
    said = [
        (re.sub(r" \(\[why\]\(\S+\)\)$", "", reason), packages.split(", "))
        for packages, reason in rows
        if not packages.startswith("-")
    ]
    assert said == groups("requirements.in")
