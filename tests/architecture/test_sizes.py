"""A folder is small enough to be read at a glance."""

from collections import Counter
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
MOST_FILES = 20


def test_a_folder_has_at_most_twenty_python_files():
    folders = Counter(
        str(path.parent.relative_to(PROJECT))
        for root in ("apps", "integr8admin", "tests", "bench")
        for path in (PROJECT / root).rglob("*.py")
        if "migrations" not in path.parts
    )
    assert len(folders) > 50
    assert {folder: count for folder, count in folders.items() if count > MOST_FILES} == {}, "split it"
