"""Builds it with npm into var/react_admin, anew where a source has changed: `python -m bench.react_admin.build`."""

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

from whitenoise.compress import Compressor

from bench.server_stack import ROOT

SOURCES = Path(__file__).parent
HOME = ROOT / "var" / "react_admin"
#: The packages that the lock file names, and nothing that one of them would run.
COMMANDS = (("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"), ("npm", "run", "build"))


def build(sources: Path = SOURCES, home: Path = HOME) -> Path | None:
    """The folder to serve, with the build in `react` below it; None, said in a line, where it cannot be built."""
    found = [*sources.iterdir(), *(sources / "src").rglob("*")]
    files = sorted(path for path in found if path.is_file() and path.suffix != ".py")
    served, stamp, fingerprint = home / "served", home / "built-from", _fingerprint(sources, files)
    if stamp.exists() and stamp.read_text(encoding="utf-8") == fingerprint:
        return served
    if not shutil.which("npm"):
        return _without("npm is not on this machine")
    print("react-admin: being built, which takes about a minute", file=sys.stderr, flush=True)
    stamp.unlink(missing_ok=True)
    for left in (home / "src", served):
        shutil.rmtree(left, ignore_errors=True)
    for file in files:
        copy = home / file.relative_to(sources)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    for command in COMMANDS:
        done = subprocess.run(command, cwd=home, capture_output=True, text=True, check=False)
        if done.returncode:
            return _without(f"`{' '.join(command)}` failed: {(done.stderr or done.stdout).strip()[:300]}")
    compressor = Compressor(quiet=True)
    for file in sorted(served.rglob("*")):
        if file.is_file():
            list(compressor.compress(str(file)))
    stamp.write_text(fingerprint, encoding="utf-8")
    return served


def _fingerprint(sources: Path, files: list[Path]) -> str:
    text = hashlib.sha256()
    for file in files:
        text.update(f"{file.relative_to(sources)}\0".encode())
        text.update(file.read_bytes())
    return text.hexdigest()


def _without(reason: str) -> Path | None:
    print(f"react-admin: left out, {reason}", file=sys.stderr, flush=True)
    return None


if __name__ == "__main__":
    sys.exit(build() is None)
