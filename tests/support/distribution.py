"""Which tests `pytest -n` runs in one process: those that share what is slow to start, by the scope of their fixture.

xdist's own `loadgroup` writes the group into the name of a test, which pytest 9.2 takes from elsewhere.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

_PROJECT = Path(__file__).resolve().parents[2]


#: The groups that take longest, which begin first: what is left for the end then keeps no process alone.
LONGEST = ("tests/services/", "tests/services/drills/", "tests/browser/", "tests/browser/every_page/")
#: The groups in here come next, one after the other: a process keeps the site that it started for the one before.
ONE_SITE = "tests/browser/"


def places_kept_together() -> tuple[str, ...]:
    """Folders with a fixture for the package and modules with one for the module, as the names of tests begin.

    The folders of such a folder are groups of their own, before it: each process that runs one starts what they share.
    """
    tests = _PROJECT / "tests"
    packages = [
        file.parent for file in tests.rglob("conftest.py") if 'scope="package"' in file.read_text("utf-8")
    ]
    folders = {
        file.parent for package in packages for file in (package / "conftest.py", *package.rglob("test_*.py"))
    }
    modules = [file for file in tests.rglob("test_*.py") if 'scope="module"' in file.read_text("utf-8")]
    innermost_first = sorted(folders, key=lambda folder: (-len(folder.parts), folder))
    return (
        *(f"{folder.relative_to(_PROJECT).as_posix()}/" for folder in innermost_first),
        *(f"{module.relative_to(_PROJECT).as_posix()}::" for module in modules),
    )


def unit_of(test: str, places: Sequence[str]) -> str:
    """What a test is handed out with: everything of its place, or nothing but itself."""
    return next((place for place in places if test.startswith(place)), test)


def turn_of(test: str, places: Sequence[str]) -> int:
    """When a test has its turn: the longest groups, those that share their site, the other groups, the single tests."""
    unit = unit_of(test, places)
    if unit in LONGEST:
        return LONGEST.index(unit)
    if unit.startswith(ONE_SITE):
        return len(LONGEST)
    return len(LONGEST) + (2 if unit == test else 1)


class Distribution(LoadScopeScheduling):
    """Hands out the groups first, the single tests last."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        # The tests come in the order of their turns.
        config.option.loadscopereorder = False
        self._places = places_kept_together()

    def _split_scope(self, nodeid: str) -> str:
        return unit_of(nodeid, self._places)

    def mark_test_complete(self, node: Any, item_index: int, duration: float = 0) -> None:
        """Forget what is done: all that was ever handed out is looked through after each test."""
        unit = unit_of(self.registered_collections[node][item_index], self._places)
        super().mark_test_complete(node, item_index, duration)
        if all(self.assigned_work[node][unit].values()):
            del self.assigned_work[node][unit]


def expect_names_of_their_own(tests: Sequence[str]) -> None:
    """Raises `UsageError` where tests have one name: xdist would run one of them, and call the run passed."""
    shared = [name for name, count in Counter(tests).items() if count > 1]
    if shared:
        raise pytest.UsageError(f"tests with one name, of which `pytest -n` would run one: {shared[:5]}")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests in the order of their turns."""
    expect_names_of_their_own([item.nodeid for item in items])
    places = places_kept_together()
    items.sort(key=lambda item: turn_of(item.nodeid, places))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Distribution:
    """Take this distribution, whatever `--dist` says."""
    return Distribution(config, log)
