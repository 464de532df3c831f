"""Results are swapped in one way: with no event for each element that goes, settled at once (`page.js`)."""

import re
from pathlib import Path

TEMPLATES = Path(__file__).parents[3] / "templates"
#: A start tag whose own attributes say what is swapped and how.
TAG = re.compile(r"<[a-z][^<]*?hx-target=\"(?:#results|\{\{ target \}\})\"[^<]*")


def test_whatever_swaps_results_swaps_them_alike():
    found = {
        f"{path.relative_to(TEMPLATES)}: {swap}"
        for path in TEMPLATES.rglob("*.html")
        for tag in TAG.findall(path.read_text(encoding="utf-8"))
        for swap in re.findall(r'hx-swap="([^"]*)"', tag)
    }
    assert len(found) > 5
    assert [one for one in sorted(found) if ": replace settle:0ms" not in one] == []


def test_no_page_is_copied_for_a_history_that_is_not_kept():
    """With no room for snapshots HTMX still writes the whole page out at each push of an address."""
    base = (TEMPLATES / "base.html").read_text(encoding="utf-8")
    assert '"historyCacheSize":0' in base
    assert re.search(r"<body[^>]* hx-history=\"false\"", base)
