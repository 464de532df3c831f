"""A plug-in of pytest that measures which lines the processes of `pytest -n` reach: `PYTEST_PLUGINS=<this module>`.

slipcover has one for these processes, which cannot be told to take a probe out at once: it costs a third of their time.
Named by the variable, it is there before anything that is measured is imported.
"""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
import slipcover

_PROJECT = Path(__file__).resolve().parents[2]
#: Where the run leaves slipcover's JSON.
REACHED = _PROJECT / "var" / "coverage.json"
_MEASURED = tomllib.loads((_PROJECT / "pyproject.toml").read_text("utf-8"))["tool"]["slipcover"]


class Process:
    """One of the processes that run tests: measures what is imported from now on."""

    def __init__(self) -> None:
        self._lines = slipcover.Slipcover(immediate=True)
        # The processes that tests start are other ones, with other plug-ins.
        del os.environ["PYTEST_PLUGINS"]
        matcher = slipcover.FileMatcher(sources=_MEASURED["source"], omit=_MEASURED["omit"])
        slipcover.ImportManager(self._lines, matcher).__enter__()

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Hand what was reached to the process that started this one."""
        session.config.workeroutput["reached"] = json.dumps(self._lines.get_coverage())  # type: ignore[attr-defined]


class Run:
    """The process that hands out the tests: puts together what the others reached."""

    def __init__(self) -> None:
        # Files that nobody imports count with all of their lines.
        all_files = slipcover.Slipcover(source=_MEASURED["source"], omit=_MEASURED["omit"])
        self._reached: dict[str, Any] = all_files.get_coverage()

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Add what a process reached; one that crashed says nothing."""
        reached = getattr(node, "workeroutput", {}).get("reached")
        if reached:
            slipcover.merge_coverage(self._reached, json.loads(reached))

    def pytest_sessionfinish(self) -> None:
        """Leave what was reached to `tests.support.coverage`."""
        REACHED.parent.mkdir(exist_ok=True)
        REACHED.write_text(json.dumps(self._reached), encoding="utf-8")


# Before a hook is called: the first of them is called when parts of what is measured are imported.
_PART = Process() if "PYTEST_XDIST_WORKER" in os.environ else Run()


def pytest_configure(config: pytest.Config) -> None:
    """Take the part of this process."""
    config.pluginmanager.register(_PART, "reached lines")
