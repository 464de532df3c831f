"""A style sheet is read by browsers to its end: a brace too few silently drops all that follows."""

from pathlib import Path

import pytest

STYLE_SHEETS = sorted((Path(__file__).parents[3] / "static" / "css").glob("*.css"))


@pytest.mark.parametrize("path", STYLE_SHEETS, ids=lambda path: path.name)
def test_every_brace_is_closed(path):
    depth = 0
    for number, line in enumerate(path.read_text().splitlines(), 1):
        depth += line.count("{") - line.count("}")
        assert depth >= 0, f"{path.name}:{number} closes what was not opened"
    assert depth == 0
