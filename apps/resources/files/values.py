"""Values of the API as the cells of files that people edit, and back: what nobody touched comes back to the letter."""

import json
import re
from decimal import Decimal
from typing import Any

from apps.api.json_text import json_text
from apps.ui.files.csv_files import shielded, unshielded
from apps.ui.values import is_missing, moment_of, text_of

#: The cell that empties a field. An empty cell leaves it as it is.
CLEAR = r"\N"
#: After a field's name in a header: a column for people, which is not read back.
FOR_PEOPLE = " (name)"
#: What parts the items of a list within a cell; one that holds such a sign itself makes the list JSON.
ITEM_SEPARATORS = re.compile(r"[,;|\n]")
_LOOKS_LIKE_CLEAR = re.compile(r"\\+N")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
#: Stands for what no file can hold.
REPLACEMENT = "\ufffd"


def cell_of(value: Any, *, is_time: bool = False) -> str:
    """Any JSON value as a cell: API words, plain numbers, times as ISO 8601, lists by commas; "" for nothing.

    Formulas are shielded from spreadsheets; `plain_text` takes that off again.
    """
    if is_missing(value):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        if is_time and (moment := moment_of(value)):
            return moment.isoformat()
        return text_of(value)
    if isinstance(value, list):
        return _as_text(_list_text(value))
    if isinstance(value, dict):
        return _as_text(json_text(value))
    return _as_text(str(value))


def _as_text(text: str) -> str:
    text = _LONE_SURROGATE.sub(REPLACEMENT, text)
    return f"\\{text}" if _LOOKS_LIKE_CLEAR.fullmatch(text) else shielded(text)


def plain_text(cell: str) -> str:
    """The text behind a cell that `cell_of` made of a text. (`CLEAR` is no text: ask for it first.)"""
    return cell[1:] if _LOOKS_LIKE_CLEAR.fullmatch(cell) and cell != CLEAR else unshielded(cell)


def _list_text(items: list[Any]) -> str:
    texts = [text_of(item) for item in items]
    is_plain = all(
        isinstance(item, str | int | Decimal)
        and not isinstance(item, bool)
        and text == text.strip() != ""
        and not ITEM_SEPARATORS.search(text)
        for item, text in zip(items, texts, strict=True)
    )
    return ", ".join(texts) if is_plain and not texts[0].startswith("[") else json_text(items)


def items_of(text: str) -> list[str]:
    """The items of a list in a cell: of a JSON array, else what commas, semicolons, bars or line ends part."""
    if text.lstrip().startswith("["):
        try:
            items = json.loads(text, parse_float=Decimal)
        except (ValueError, RecursionError):
            items = None
        if isinstance(items, list):
            return [text_of(item) for item in items if item not in (None, "")]
    parts = (part.strip() for part in ITEM_SEPARATORS.split(text.replace("\r", "\n")))
    return [part for part in parts if part]
