"""`make quick`: lint, and the tests for what changed since `main`, in less than two minutes.

What changed is what differs from where the branch left `main` (or `origin/main`), uncommitted and new files too. Its
tests are the changed ones, those that import a changed module, those of its app, and the architecture's, in that
order; browser and services are left to `make test`. When the time is over, what was not run is left to it too.
"""

import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
SECONDS = 110.0
#: Folders of tests for what lies in no app.
BESIDE = {
    "integr8admin": ("tests/architecture", "tests/accounts"),
    "docs/adding-a-resource.md": ("tests/resources/test_adding_a_resource.py",),
    "docs/settings.md": ("tests/architecture/settings/test_settings_table.py",),
}
ALWAYS = ("tests/architecture",)
LEFT_OUT = "not browser and not services"


def changed_files() -> list[str]:
    """The files that differ from where this branch left main, by their paths in the project; not those removed."""
    for base in ("main", "origin/main", "HEAD"):
        found = _git("merge-base", "HEAD", base)
        if found:
            names = _git("diff", "--name-only", "--diff-filter=d", found[0])
            # On main itself what is not committed yet is what changed.
            return sorted({*names, *_git("ls-files", "--others", "--exclude-standard")})
    return []


def _git(*arguments: str) -> list[str]:
    done = subprocess.run(("git", *arguments), cwd=PROJECT, capture_output=True, text=True, check=False)
    return done.stdout.split("\n")[:-1] if done.returncode == 0 else []


def places_for(changed: Iterable[str]) -> list[str]:
    """Files and folders of tests for these files, the nearest first."""
    names = list(changed)
    own = [name for name in names if re.fullmatch(r"tests/(.+/)?test_\w+\.py", name)]
    importing = [
        name for name in names if name.endswith(".py") and name.startswith(("apps/", "integr8admin/"))
    ]
    found = [*own, *_importers(importing), *(place for name in names for place in _folders(name)), *ALWAYS]
    there = [name for name in dict.fromkeys(found) if (PROJECT / name).exists()]
    # The browser's tests are no quick ones, even where they changed.
    return [name for name in there if not name.startswith(("tests/browser", "tests/services"))]


def _importers(modules: Iterable[str]) -> Iterator[str]:
    """Files of tests that import one of the modules, those that import it alone first."""
    dotted = [name.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".") for name in modules]
    if not dotted:
        return
    pattern = re.compile(rf"^(?:from|import) (?:{'|'.join(map(re.escape, dotted))})\b", re.MULTILINE)
    for file in sorted((PROJECT / "tests").rglob("test_*.py")):
        if pattern.search(file.read_text(encoding="utf-8")):
            yield str(file.relative_to(PROJECT))


def _folders(name: str) -> Iterator[str]:
    yield from BESIDE.get(name, ())
    top, _, rest = name.partition("/")
    yield from BESIDE.get(top, ())
    folder = rest.partition("/")[0]
    if top in ("apps", "templates", "tests") and folder:
        yield f"tests/{folder}"
        if (PROJECT / "apps" / folder / "resource.py").exists() and folder != "resources":
            yield "tests/resources/every"


class Budget:
    """Ends a run of tests when its time is over, and counts what failed until then."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds
        self.failed = self.passed = 0
        self.is_over = False

    def pytest_runtest_logreport(self, report: Any) -> None:
        """After each part of each test."""
        self.failed += bool(report.failed)
        self.passed += bool(report.when == "call" and report.passed)
        if time.monotonic() > self._end and not self.is_over:
            self.is_over = True
            self._stop()

    def pytest_configure(self, config: Any) -> None:
        """Keep the configuration, which knows who hands out the tests."""
        self._config = config

    def _stop(self) -> None:
        distributor = self._config.pluginmanager.getplugin("dsession")
        if distributor is not None:
            distributor.shouldstop = "the time is over"


def main() -> int:
    """Lint and test; gives the exit code: 0 when nothing failed, also when the time was over."""
    started = time.monotonic()
    changed = changed_files()
    python = [name for name in changed if name.endswith(".py")]
    tools = Path(sys.executable).parent
    commands = [["lint-imports"], ["mypy", "."]]
    if python:
        commands = [["ruff", "check", *python], ["ruff", "format", "--check", *python], *commands]
    for command in commands:
        done = subprocess.run([str(tools / command[0]), *command[1:]], cwd=PROJECT, check=False)
        if done.returncode:
            return done.returncode
    places = places_for(changed)
    print("Tests of", ", ".join(places), flush=True)  # noqa: T201
    budget = Budget(SECONDS - (time.monotonic() - started))
    options = ["-q", "-n", "3", "-m", LEFT_OUT, "--maxfail", "20"]
    code = int(pytest.main([*options, *places], plugins=[budget]))
    if budget.is_over:
        said = f"{budget.passed} passed and {budget.failed} failed in the time there is; `make test` runs the rest."
        print(said)  # noqa: T201
        return int(bool(budget.failed))
    return code


if __name__ == "__main__":
    sys.exit(main())
