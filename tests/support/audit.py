"""`make audit`: known faults of the packages. Fails where one is known, never because nobody could be asked."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

_COMMAND = [
    "pip-audit",
    "--disable-pip",
    "--require-hashes",
    "--progress-spinner=off",
    "--timeout=10",
    "--format=json",
]


class Verdict(NamedTuple):
    """Whether the build goes on, and what is said of it."""

    is_fine: bool
    words: str


def verdict_on(report: str) -> Verdict:
    """What a report of pip-audit comes to; one that is none means that the database did not answer."""
    try:
        packages: list[dict[str, Any]] = json.loads(report)["dependencies"]
    except (ValueError, KeyError):
        return Verdict(True, "The database of known faults did not answer: nothing was audited.")
    faults = [
        f"{package['name']} {package['version']}: {fault['id']}, mended in "
        f"{', '.join(fault['fix_versions']) or 'no version'}"
        for package in packages
        for fault in package.get("vulns", [])
    ]
    unknown = sum("skip_reason" in package for package in packages)
    told = f"{len(packages) - unknown} packages audited, {unknown} unknown to the database."
    return Verdict(not faults, "\n".join([*faults, told]))


def main(files: list[str]) -> int:
    """Audit the packages of these files; the exit code."""
    program = str(Path(sys.executable).parent / _COMMAND[0])
    arguments = [word for file in files for word in ("--requirement", file)]
    done = subprocess.run([program, *_COMMAND[1:], *arguments], capture_output=True, text=True, check=False)
    verdict = verdict_on(done.stdout)
    sys.stdout.write(verdict.words + "\n")
    return 0 if verdict.is_fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
