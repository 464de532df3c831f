"""Detects the CSV dialect of a text by its beginning: delimiter, column names, line ends."""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from apps.exports import delimiters
from apps.look_inside.prepare.compression import NotATable
from apps.look_inside.timestamps import TIME_PATTERN

#: So much of a file is looked at, and shown before the whole is there.
SAMPLE_BYTES = 65_536
MAXIMUM_COLUMNS = 400
MAXIMUM_NAME = 100
DELIMITERS = tuple(delimiters.DELIMITERS.values())
#: A header's names may go over so many lines.
MAXIMUM_LINES_OF_A_HEADER = 20
_MARKUP = re.compile(r"\s*<(?:[!?]|[a-z][\w:-]*[\s/>])", re.IGNORECASE)
_JSON = re.compile(r'\s*(?:\{\s*["}]|\[\s*(?:[\[{"]|\]\s*\Z))')
#: "sep=;" on the first line tells Excel the delimiter; a program that saved it again may have filled the line up.
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\1*[,;\t|]*', re.IGNORECASE)
#: The end of a line, looked for once in a run of carriage returns.
_ENDS = re.compile(r"(?<!\r)\r++\n")
_WIDE_SAMPLE = 100
_QUOTED = re.compile(r'"[^"]*"')
_NUMBER = re.compile(r"[-+]?[0-9]+(?:[.,][0-9]+)?")
_TIME = re.compile(TIME_PATTERN)
#: Lines before the header are told from it where the table below has so many columns, on most of its lines.
_FEWEST_COLUMNS, _MOST_LINES, _MOST_TITLES = 3, 0.8, 10


@dataclass(frozen=True)
class CsvDialect:
    """How the text is to be read. An empty text has no columns."""

    delimiter: str
    names: tuple[str, ...]
    #: Whether carriage returns alone end the lines.
    has_old_line_ends: bool = False
    #: So many lines stand before the first row: empty ones, a title, `sep=`, the header.
    head_lines: int = 1
    #: Lines before the header that are no part of the table.
    titles: tuple[str, ...] = ()
    #: Whether the first line is a row as all others, so that the columns have no names.
    is_headerless: bool = False
    #: A name that looks like a value; "" when none does.
    odd_name: str = ""


@dataclass(frozen=True)
class _Record:
    """A line, or several that quotes hold together: from its number to that of the line after it."""

    text: str
    begin: int
    end: int

    def cells(self, delimiter: str) -> list[str]:
        """Its cells; a quote that is never closed holds none together."""
        try:
            return next(csv.reader([self.text], delimiter=delimiter, strict=True), [])
        except csv.Error:
            return self.text.split(delimiter)


def dialect_of(sample: str, announced: str = "") -> CsvDialect:
    """The dialect of the text that begins with the sample; `announced` is the delimiter asked for.

    Raises `NotATable` for a text that is a web page, or JSON, or has too many columns.
    """
    if _MARKUP.match(sample):
        raise NotATable("The file's host sent a web page in place of the file, or another page of markup.")
    if _JSON.match(sample):
        raise NotATable("The file's host sent JSON in place of the file, as APIs do to say what went wrong.")
    is_old = _has_old_line_ends(sample)
    text = _ENDS.sub("\n", sample)
    records = [
        one
        for one in _records((text.replace("\r", "\n") if is_old else text).split("\n"))
        if one.text.strip()
    ]
    told = _SEPARATOR_LINE.fullmatch(records[0].text.strip(" \r\n")) if records else None
    if told:
        records = records[1:]
    if not records:
        return CsvDialect(announced if announced in DELIMITERS else ",", ())
    is_cut = len(sample.encode("utf-8", "replace")) > SAMPLE_BYTES - 4
    # The last line is in the sample in part only.
    sampled = (records[:-1] if is_cut and len(records) > 1 else records)[:_WIDE_SAMPLE]
    is_told = told and len(sampled[0].cells(told[1])) > 1
    delimiter = told[1] if told and is_told else _delimiter_of(sampled, announced)
    place = _table_of(sampled, delimiter)[0]
    titles = tuple(one.text.strip()[:MAXIMUM_NAME] for one in records[:place])
    header = records[place].cells(delimiter)
    if len(header) > MAXIMUM_COLUMNS:
        # A header that fills the sample goes on behind it.
        more = "more than " if is_cut and len(records) == 1 else ""
        raise NotATable(
            f"The file has {more}{len(header):,} columns; at most {MAXIMUM_COLUMNS} can be looked into."
        )
    rows = [one.cells(delimiter) for one in sampled[place + 1 :]]
    header = _without_trailing(header, rows)
    if _is_row(header, rows):
        nameless = _names_of([""] * len(header))
        return CsvDialect(delimiter, nameless, is_old, records[place].begin, titles, is_headerless=True)
    odd = next(
        (cell.strip() for cell in header if rows and _kinds(header) == _kinds(rows[0]) and _kind(cell)), ""
    )
    return CsvDialect(
        delimiter, _names_of(header), is_old, records[place].end, titles, odd_name=odd[:MAXIMUM_NAME]
    )


def _has_old_line_ends(sample: str) -> bool:
    """Whether a carriage return ends a line: in the whole file, or already in the line of the header."""
    bare = _ENDS.sub("\n", _QUOTED.sub("", sample))
    if "\r" not in bare:
        return False
    return "\n" not in bare or "\r" in bare.lstrip("\n").partition("\n")[0]


def _records(lines: Sequence[str]) -> Iterator[_Record]:
    place = 0
    while place < len(lines):
        end, quotes = place + 1, lines[place].count('"')
        last = min(len(lines), place + MAXIMUM_LINES_OF_A_HEADER)
        while quotes % 2 and end < last:
            quotes += lines[end].count('"')
            end += 1
        if quotes % 2:
            end = place + 1
        yield _Record("\n".join(lines[place:end]), place, end)
        place = end


def _delimiter_of(sampled: Sequence[_Record], announced: str) -> str:
    """The delimiter that most lines agree on; of equal ones the announced. One that separates nothing is in no line."""
    is_usable = len(announced) == 1 and announced.isascii() and announced not in '"\r\n\0 '
    usable = announced if is_usable and not announced.isalnum() else ""
    candidates = list(dict.fromkeys([*([usable] if usable else []), *DELIMITERS]))
    agreements = {one: _agreement(sampled, one) for one in candidates}
    # Asked for and there, it is the one: others are in the texts.
    if usable and agreements[usable][0] >= _MOST_LINES:
        return usable
    best = max(candidates, key=lambda one: agreements[one])
    if agreements[best][1]:
        return best
    if usable and len(sampled[0].cells(usable)) > 1:
        return usable
    return min(candidates, key=lambda one: sum(record.text.count(one) for record in sampled))


def _agreement(sampled: Sequence[_Record], delimiter: str) -> tuple[float, int]:
    """How many of the lines have the commonest number of cells, where that is more than one; and that number."""
    begin, width = _table_of(sampled, delimiter)
    if width < 2:
        return 0.0, 0
    table = sampled[begin:]
    return sum(len(record.cells(delimiter)) == width for record in table) / len(table), width


def _table_of(sampled: Sequence[_Record], delimiter: str) -> tuple[int, int]:
    """Where the header is among the lines, and how many columns most lines have; 1 when none is separated."""
    lines = [record.cells(delimiter) for record in sampled]
    widths = [len(cells) for cells in lines]
    counts = Counter(widths)
    width = counts.most_common(1)[0][0]
    wide = max((one for one in counts if one >= _FEWEST_COLUMNS), key=lambda one: counts[one], default=0)
    begin = widths.index(wide) if wide else 0
    if 0 < begin <= _MOST_TITLES and _is_table(lines[begin:], wide) and max(widths[:begin]) < wide:
        # A title may have a delimiter in its words; then an empty line tells it from the table.
        is_apart = sampled[begin].begin > sampled[begin - 1].end
        if is_apart or max(widths[:begin]) == 1:
            return begin, wide
    return 0, width if widths[0] > 1 else 1


def _is_table(lines: Sequence[Sequence[str]], width: int) -> bool:
    """Whether these lines are a table of so many columns, with names on the first."""
    has_names = all(cell.strip() and '"' not in cell for cell in lines[0]) and not any(_kinds(lines[0]))
    fitting = sum(len(cells) == width for cells in lines)
    return has_names and len(lines) > 1 and fitting >= _MOST_LINES * len(lines)


def _without_trailing(header: list[str], rows: Sequence[list[str]]) -> list[str]:
    """The header without empty names at its end that no row has a cell for."""
    width = Counter(map(len, rows)).most_common(1)[0][0] if rows else len(header)
    while len(header) > max(width, 1) and not header[-1].strip():
        header = header[:-1]
    return header


def _is_row(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bool:
    """Whether the first line is no header: times and numbers stand in it where they stand in the row after it."""
    kinds = _kinds(header)
    if not rows:
        return "time" in kinds and "number" in kinds
    # Years may be names; a time among them, or nothing else, is none.
    return kinds == _kinds(rows[0]) and ("time" in kinds or set(kinds) == {"number"})


def _kinds(cells: Sequence[str]) -> list[str]:
    return [_kind(cell) for cell in cells]


def _kind(cell: str) -> str:
    cell = cell.strip()
    return "number" if _NUMBER.fullmatch(cell) else "time" if _TIME.fullmatch(cell) else ""


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
