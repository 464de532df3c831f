"""Filters as a person types them become conditions for the API: texts cleaned, quoted lists split, days as moments."""

import re
from collections.abc import Sequence
from datetime import tzinfo

from apps.api.contract.contract import Field
from apps.api.query import Filter
from apps.resources.lists.filter_values import as_written, is_number, is_time
from apps.resources.lists.time_filters import as_moments
from apps.text.typed import is_blank, one_line, one_word, words_of

#: The API separates several values by this; there is no way to say it within one.
SEPARATOR = ","
SEVERAL = "in"
PARTS_OF_TEXT = frozenset({"contains", "starts_with"})
_PIECE = re.compile(r'\s*"([^"]*)"\s*(?:,|$)|([^,]*)(?:,|$)')


def typed_filter(field: str, operator: str, typed: str) -> tuple[Filter | None, str]:
    """The condition that was typed, or None and why it cannot be sent; both empty where nothing was typed.

    In quotes a value keeps what a cleaned one loses: commas, and blanks at its ends.
    """
    if operator != SEVERAL:
        value = _unquoted(typed)
        return (Filter(field, operator, value), "") if value else (None, "")
    values = list(dict.fromkeys(_pieces(typed)))
    if len(values) == 1 and SEPARATOR in values[0]:
        return Filter(field, "eq", values[0]), ""
    unfit = next((value for value in values if SEPARATOR in value), None)
    if unfit is not None:
        return None, (
            f"“{unfit}” has a comma, by which the API separates the values of “is one of”: it cannot be one of several."
            " Filter by it alone, with “is”"
        )
    return (Filter(field, operator, SEPARATOR.join(values)), "") if values else (None, "")


def _pieces(typed: str) -> list[str]:
    pieces, at = [], 0
    while at < len(typed):
        match = _PIECE.match(typed, at)
        if match is None:
            break
        at = max(match.end(), at + 1)
        quoted, plain = match[1], match[2]
        piece = one_line(plain) if quoted is None else _kept(quoted)
        if piece:
            pieces.append(piece)
    return pieces


def _unquoted(typed: str) -> str:
    line = one_line(typed)
    inner = typed.strip()[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else ""
    return inner if inner and not is_blank(inner) and inner != one_line(inner) else line


def _kept(quoted: str) -> str:
    """What stood in quotes, to the letter; the quotes stay where the value does not need them, as part of a name."""
    if is_blank(quoted):
        return ""
    return quoted if SEPARATOR in quoted or quoted != one_line(quoted) else f'"{quoted}"'


def values_of(item: Filter) -> Sequence[str]:
    """The values that a condition compares with."""
    return item.value.split(SEPARATOR) if item.operator == SEVERAL else [item.value]


def as_sent(item: Filter, field: Field, zone: tzinfo) -> tuple[Filter, ...] | None:
    """The conditions that an address means: ids, numbers and parts of texts cleaned, days as moments.

    None for what cannot be said of a day. Raises `AmbiguousNumber` for what may be two numbers. A whole text to compare
    with stays to the letter: names may end with blanks.
    """
    if field.name == "id" and item.operator not in PARTS_OF_TEXT:
        # As they are copied from a page or a column of a table: with "#", in lines.
        ids = words_of(item.value) if item.operator == SEVERAL else [one_word(item.value)]
        return (Filter(item.field, item.operator, SEPARATOR.join(key.removeprefix("#") for key in ids)),)
    if is_time(field):
        return as_moments(Filter(item.field, item.operator, one_word(item.value)), zone)
    if item.operator in PARTS_OF_TEXT:
        return (Filter(item.field, item.operator, one_line(item.value)),)
    if is_number(field) or field.type == "boolean" or field.enum or field.item_enum or field.format == "date":
        words = SEPARATOR.join(filter(None, (as_written(value, field) for value in values_of(item))))
        return (Filter(item.field, item.operator, words),)
    return (item,)
