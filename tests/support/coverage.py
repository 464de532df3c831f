"""`python -m tests.support.coverage FILE`: hold the share of lines that a run of the tests reached against the floor.

The file is slipcover's JSON. Lines that run in other processes alone (the worker, the web server) count as not reached.
"""

import json
import sys
from pathlib import Path
from typing import Any

#: Per cent of the lines of `apps` and `integr8admin`: raised when tests come, lowered with a reason.
FLOOR = 95.0
#: So many of the files with the most lines that no test reached are named.
NAMED = 5


def report(measured: dict[str, Any]) -> tuple[str, bool]:
    """What to print, and whether the floor holds."""
    reached = float(measured["summary"]["percent_covered"])
    missing = {name: len(file["missing_lines"]) for name, file in measured["files"].items()}
    most = sorted(missing, key=lambda name: (-missing[name], name))[:NAMED]
    lines = [f"{missing[name]:6} lines not reached in {name}" for name in most if missing[name]]
    holds = reached >= FLOOR
    verdict = "the floor is" if holds else "which is below the floor of"
    return "\n".join(
        [*lines, f"The tests reach {reached:.1f} % of the lines; {verdict} {FLOOR:.1f} %."]
    ), holds


def main(path: str) -> int:
    """Print the report; 1 where the floor does not hold."""
    words, holds = report(json.loads(Path(path).read_text(encoding="utf-8")))
    print(words)  # noqa: T201
    return int(not holds)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
