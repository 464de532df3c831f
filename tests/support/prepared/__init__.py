"""What is slow to make and the same for all processes of tests: made once, kept under `var/tests`, copied by each."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[3]
KEPT = PROJECT / "var" / "tests"


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Whoever comes second waits, and finds what the first has made."""
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
