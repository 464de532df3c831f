"""What kind of CSV a text is, by its beginning: the delimiter, the names of the columns, the ends of lines."""

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from apps.exports import delimiters
from apps.look_inside.text import NoTable

#: So much of a file is looked at, and shown before the whole is there.
SAMPLE_BYTES = 65_536
MAXIMUM_COLUMNS = 400
MAXIMUM_NAME = 100
DELIMITERS = tuple(delimiters.DELIMITERS.values())
_MARKUP = re.compile(r"\s*<(?:!doctype|html|\?xml|head|body)\b", re.IGNORECASE)
_WIDE_SAMPLE = 100


@dataclass(frozen=True)
class Shape:
    """How the text is to be read. An empty text has no columns."""

    delimiter: str
    names: tuple[str, ...]
    #: Whether only carriage returns end the lines.
    has_old_line_ends: bool = False


def shape_of(sample: str, announced: str = "") -> Shape:
    """The shape of the text that begins with the sample; `announced` is the delimiter asked for.

    Raises `NoTable` for a text that is a web page, or has too many columns.
    """
    if _MARKUP.match(sample):
        raise NoTable("The file's host sent a web page in place of the file.")
    is_old = "\n" not in sample and "\r" in sample
    lines = [line for line in re.split(r"\r\n|\r|\n", sample) if line.strip()]
    if not lines:
        return Shape(announced if announced in DELIMITERS else ",", ())
    delimiter = _delimiter_of(lines, announced)
    header = _cells(lines[0], delimiter)
    if len(header) > MAXIMUM_COLUMNS:
        # A header that fills the sample goes on behind it.
        is_cut = len(lines) == 1 and len(sample.encode("utf-8", "replace")) > SAMPLE_BYTES - 4
        more = "more than " if is_cut else ""
        raise NoTable(
            f"The file has {more}{len(header):,} columns; at most {MAXIMUM_COLUMNS} can be looked into."
        )
    return Shape(delimiter, _names_of(header), is_old)


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, strict=True), [])
    except csv.Error:
        return line.split(delimiter)


def _delimiter_of(lines: Sequence[str], announced: str) -> str:
    """The announced delimiter when it separates anything, else the one that most lines agree on."""
    is_usable = len(announced) == 1 and announced.isascii() and announced not in '"\r\n\0 '
    usable = announced if is_usable and not announced.isalnum() else ""
    candidates = list(dict.fromkeys([*([usable] if usable else []), *DELIMITERS]))
    if usable and len(_cells(lines[0], usable)) > 1:
        return usable
    # The last line may be cut.
    sample = lines[:_WIDE_SAMPLE] if len(lines) < 2 else lines[: min(_WIDE_SAMPLE, len(lines) - 1)]
    return max(candidates, key=lambda one: _agreement(sample, one))


def _agreement(lines: Sequence[str], delimiter: str) -> tuple[float, int]:
    """How many of the lines have the commonest number of cells, where that is more than one; and that number."""
    widths = Counter(len(_cells(line, delimiter)) for line in lines)
    width, count = widths.most_common(1)[0]
    first = len(_cells(lines[0], delimiter))
    if width < 2 or first < 2:
        return 0.0, 0
    return count / len(lines), width


def _names_of(cells: Sequence[str]) -> tuple[str, ...]:
    """The names of the columns, each once: one without a name is called by its place, a second one gets a number."""
    names: list[str] = []
    taken: set[str] = set()
    # The number that the next column of a name would get: trying them all from 2 on is quadratic.
    numbers: dict[str, int] = {}
    for place, cell in enumerate(cells, start=1):
        wanted = " ".join(cell.split())[:MAXIMUM_NAME] or f"column {place}"
        name, number = wanted, numbers.get(wanted.casefold(), 2)
        while name.casefold() in taken:
            name, number = f"{wanted} ({number})", number + 1
        numbers[wanted.casefold()] = number
        taken.add(name.casefold())
        names.append(name)
    return tuple(names)
