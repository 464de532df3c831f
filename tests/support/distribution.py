"""Which tests `pytest -n` runs in one process: those that share what is slow to start, by the scope of their fixture.

xdist's own `loadgroup` writes the group into the name of a test, which pytest 9.2 takes from elsewhere.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_PROJECT = Path(__file__).resolve().parents[2]


def places_kept_together() -> tuple[str, ...]:
    """Folders with a fixture for the package and modules with one for the module, as the names of tests begin."""
    tests = _PROJECT / "tests"
    folders = [
        file.parent for file in tests.rglob("conftest.py") if 'scope="package"' in file.read_text("utf-8")
    ]
    modules = [file for file in tests.rglob("test_*.py") if 'scope="module"' in file.read_text("utf-8")]
    return (
        *(f"{folder.relative_to(_PROJECT).as_posix()}/" for folder in folders),
        *(f"{module.relative_to(_PROJECT).as_posix()}::" for module in modules),
    )


def unit_of(test: str, places: Sequence[str]) -> str:
    """What a test is handed out with: everything of its place, or nothing but itself."""
    return next((place for place in places if test.startswith(place)), test)


class Distribution(LoadScopeScheduling):
    """Hands out the largest group first, the single tests last."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._places = places_kept_together()

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid, self._places)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    """Take this distribution, whatever `--dist` says."""
    return Distribution(config, log)
