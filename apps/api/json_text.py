"""JSON text from Python values; a Decimal keeps its digits, which `json` cannot write."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

#: Up to here a number is written out; one with more zeros keeps its exponent.
_MOST_ZEROS = 30
#: By whether the text is ASCII alone. Made once: an encoder for each value would take most of the time.
_ENCODE = {
    is_ascii: json.JSONEncoder(ensure_ascii=is_ascii, allow_nan=False).encode for is_ascii in (True, False)
}


def json_text(value: Any, *, indent: int = 0, is_ascii: bool = False, spaced: bool = True) -> str:
    """The value as JSON, on several lines when `indent` is not 0.

    Raises TypeError for a type that JSON does not have, ValueError for NaN and infinite numbers.
    """
    return _Writer(indent, is_ascii, spaced).written(value, 0)


class _Writer:
    def __init__(self, indent: int, is_ascii: bool, spaced: bool) -> None:
        self._indent = indent
        self._encode = _ENCODE[is_ascii]
        self._colon = ": " if spaced else ":"
        self._comma = "," if indent or not spaced else ", "

    def written(self, value: Any, level: int) -> str:
        if isinstance(value, Decimal):
            return _number(value)
        if isinstance(value, Mapping):
            pairs = [
                f"{self.written(str(key), level)}{self._colon}{self.written(item, level + 1)}"
                for key, item in value.items()
            ]
            return self._in_lines("{", pairs, "}", level)
        if isinstance(value, list | tuple):
            return self._in_lines("[", [self.written(item, level + 1) for item in value], "]", level)
        return self._encode(value)

    def _in_lines(self, start: str, pieces: list[str], end: str, level: int) -> str:
        if not self._indent or not pieces:
            return start + self._comma.join(pieces) + end
        inner, outer = (f"\n{' ' * self._indent * depth}" for depth in (level + 1, level))
        return start + inner + f"{self._comma}{inner}".join(pieces) + outer + end


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise ValueError("no number of JSON")
    exponent = value.as_tuple().exponent
    is_short = isinstance(exponent, int) and exponent <= 0 and value.adjusted() >= -_MOST_ZEROS
    return format(value, "f") if is_short else str(value)
