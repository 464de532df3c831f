"""Reads CSV line by line into complete rows; broken lines are counted, and the first of them kept.

Most lines are checked by counting delimiters. Only one with quotes is taken apart. A quote that is never closed costs
its own line, not the rest of the file: what follows is read anew.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from apps.look_inside.prepare.row_patterns import ESCAPE, QUOTE, cells_of, rewritten, row_patterns, unescaped

#: A line longer than this is broken, and is not held in memory.
MAXIMUM_LINE = 1 << 20
#: A row may go over so many lines; a quote that is open for longer was never closed.
MAXIMUM_LINES_OF_A_ROW = 200
KEPT_BROKEN = 20
KEPT_TEXT = 300
#: The last rows are looked at before they are written: totals are none.
_HELD_BACK = 3
_TOTALS = re.compile(
    r"(?:(?:grand[ -]?|sub[ -]?)?totals?|sum|summe|summary|gesamt(?:summe)?|totale|итого|всего|average|avg|mean"
    r"|durchschnitt|moyenne|promedio|среднее)(?:[ (]+(?:[a-z]{3}|[0-9,.]+ rows?)\)?)?(?: ?[:=] ?[-+0-9., ]+)?"
)
#: More carriage returns in a row than this are no end of a line.
_MOST_RETURNS = 64
#: Each run of them is looked at once: found from each of its signs on, it would take the square of its length.
_RETURNS = re.compile(rb"(?<!\r)\r++\n")

csv.field_size_limit(2 * MAXIMUM_LINE)


@dataclass(frozen=True)
class BrokenLine:
    """A line that is no row: where, what it holds (its beginning), and why."""

    number: int
    text: str
    reason: str


@dataclass
class ReadingReport:
    """What was read."""

    rows: int = 0
    lines: int = 0
    empty_lines: int = 0
    broken: int = 0
    first_broken: list[BrokenLine] = field(default_factory=list)
    #: Rows with empty cells behind those of the header, which were left out.
    longer: int = 0
    #: Lines of totals at the end: they are no rows, and would be counted twice.
    totals: list[BrokenLine] = field(default_factory=list)


def lines_of(chunks: Iterable[bytes], *, has_old_line_ends: bool = False) -> Iterator[list[bytes]]:
    """The lines of the text without their ends, a list for each chunk. What goes over a very long line is dropped."""
    rest = b""
    carry = b""
    for piece in chunks:
        chunk = carry + piece
        # What follows says whether a line ends here, with several signs.
        whole = chunk.rstrip(b"\r")
        chunk, carry = whole, chunk[len(whole) : len(whole) + _MOST_RETURNS]
        if b"\r\r\n" in chunk:
            chunk = _RETURNS.sub(b"\n", chunk)
        chunk = chunk.replace(b"\r\n", b"\n")
        if has_old_line_ends:
            chunk = chunk.replace(b"\r", b"\n")
        lines = (rest + chunk).split(b"\n")
        # One byte over the limit is kept, so that the line counts as too long.
        rest = lines.pop()[: MAXIMUM_LINE + 1]
        yield lines
    rest += carry
    if has_old_line_ends:
        rest = rest.replace(b"\r", b"\n")
    if rest.strip(b"\r\n"):
        yield rest.strip(b"\r\n").split(b"\n")


class Reader:
    """Hands whole rows to `write` as lines of CSV with one line end each; `reading_report` tells of all others."""

    def __init__(
        self, width: int, delimiter: str, write: Callable[[bytes], object], *, head_lines: int | None = None
    ) -> None:
        """`head_lines` stand before the first row; None for those up to the first that is not empty."""
        self.reading_report = ReadingReport()
        self._width = width
        self._delimiter = delimiter.encode()
        self._write = write
        self._strict, self._longer, self._tolerant, self._escaped = row_patterns(width, self._delimiter)
        #: Lines of a row whose quote is still open, with their numbers.
        self._open: list[tuple[int, bytes]] = []
        self._open_quotes = 0
        self._header_is_due = head_lines is None
        self._head_lines = head_lines or 0
        self._held: list[bytes] = []
        self._empty_lines_at_end = 0
        #: Lines that were made of one, by carriage returns within it.
        self._more_lines = 0

    def read(self, chunks: Iterable[bytes], *, has_old_line_ends: bool = False) -> Iterator[int]:
        """Read all lines; gives the number of rows after each chunk."""
        for lines in lines_of(chunks, has_old_line_ends=has_old_line_ends):
            self._read_lines(lines)
            yield self.reading_report.rows
        self._close()
        yield self.reading_report.rows

    def _read_lines(self, lines: list[bytes]) -> None:
        reading_report, delimiter, commas = self.reading_report, self._delimiter, self._width - 1
        is_whole = self._strict.fullmatch
        out = []
        number = reading_report.lines
        for line in lines:
            number += 1
            if self._header_is_due:
                self._header_is_due = not line.strip()
                continue
            if number <= self._head_lines:
                continue
            # Counting takes a tenth of the time of the pattern.
            is_plain = line and not self._open and len(line) <= MAXIMUM_LINE
            if is_plain and QUOTE not in line and b"\r" not in line:
                more = line.count(delimiter) - commas
                if not more:
                    out.append(line)
                    continue
                if more > 0 and line.endswith(delimiter * more):
                    out.append(line[:-more])
                    reading_report.longer += 1
                    continue
            elif is_plain and is_whole(line):
                out.append(line)
                continue
            if out:
                self._flush(out)
                out = []
            self._read_carefully(number, line)
        reading_report.lines = number + self._more_lines
        self._more_lines = 0
        if out:
            self._flush(out)

    def _flush(self, rows: list[bytes]) -> None:
        self.reading_report.rows += len(rows)
        self._empty_lines_at_end = 0
        rows = self._held + rows
        self._held = rows[-_HELD_BACK:]
        if len(rows) > _HELD_BACK:
            self._write(b"\n".join(rows[:-_HELD_BACK]) + b"\n")

    def _read_carefully(self, number: int, line: bytes) -> None:
        """A line with quotes, with another number of cells, or within an open row; and what it sets free."""
        waiting = deque([(number, line)])
        while waiting:
            waiting.extendleft(reversed(self._take(*waiting.popleft())))

    def _take(self, number: int, line: bytes) -> list[tuple[int, bytes]]:
        """Take one line; gives lines that have to be read anew, because the row before them turned out broken."""
        if not self._open and not line.strip():
            if self._width == 1 and line:
                return self._accept([(number, line)])
            self.reading_report.empty_lines += 1
            self._empty_lines_at_end += 1
            return []
        self._open.append((number, line))
        self._open_quotes += line.count(QUOTE)
        if len(self._open) == 1 and (self._open_quotes % 2 == 0 or self._is_row_by_itself(line)):
            return self._accept(self._taken())
        is_too_long = (
            len(self._open) > MAXIMUM_LINES_OF_A_ROW
            or sum(len(line) for _, line in self._open) > MAXIMUM_LINE
        )
        if is_too_long or (len(self._open) > 1 and self._open_quotes % 2 == 0):
            return self._accept(self._taken())
        return []

    def _taken(self) -> list[tuple[int, bytes]]:
        taken, self._open, self._open_quotes = self._open, [], 0
        return taken

    def _accept(self, lines: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        """Write the row these lines are. When they are none the first is broken, and the others are read anew."""
        text = b"\n".join(line for _, line in lines)
        if len(text) <= MAXIMUM_LINE:
            rows = self._rows_of(text)
            if rows:
                self._flush(rows)
                return []
        self._note(*lines[0])
        return lines[1:]

    def _is_row_by_itself(self, line: bytes) -> bool:
        """Whether a line is whole although its quotes are not even: they stand within cells, or behind a backslash."""
        return bool(self._tolerant.fullmatch(line) or (ESCAPE in line and self._escaped.fullmatch(line)))

    def _rows_of(self, text: bytes) -> list[bytes]:
        """The row a text is, in strict CSV; several where carriage returns end lines; none where it is no row."""
        match = self._longer.fullmatch(text)
        if match is None and b"\r" in text:
            pieces = text.split(b"\r")
            if all(self._strict.fullmatch(piece) or not piece.strip() for piece in pieces):
                rows = [piece for piece in pieces if piece.strip()]
                self._more_lines += len(pieces) - 1
                self.reading_report.empty_lines += len(pieces) - len(rows)
                return rows
        if match:
            row = match[1]
        elif match := self._tolerant.fullmatch(text):
            row = rewritten(match[1], self._delimiter)
        elif ESCAPE in text and (match := self._escaped.fullmatch(text)):
            row = unescaped(match[1])
        else:
            return []
        self.reading_report.longer += len(match[1]) != len(text)
        return [row]

    def _close(self) -> None:
        """The text is over: a row that is still open is none."""
        while self._open:
            first, *others = self._taken()
            self._note(*first)
            for number, line in others:
                self._read_carefully(number, line)
        self.reading_report.lines += self._more_lines
        self._leave_out_totals()
        if self._held:
            self._write(b"\n".join(self._held) + b"\n")

    def _leave_out_totals(self) -> None:
        reading_report = self.reading_report
        while self._held and reading_report.rows > 1 and _is_total(cells_of(self._held[-1], self._delimiter)):
            line = self._held.pop()
            number = reading_report.lines - self._empty_lines_at_end - len(reading_report.totals)
            reading_report.rows -= 1
            reading_report.totals.insert(0, BrokenLine(number, _kept(line), "totals"))

    def _note(self, number: int, line: bytes) -> None:
        self.reading_report.broken += 1
        if len(self.reading_report.first_broken) < KEPT_BROKEN:
            self.reading_report.first_broken.append(BrokenLine(number, _kept(line), self._reason(line)))

    def _reason(self, line: bytes) -> str:
        if len(line) > MAXIMUM_LINE:
            return "longer than a megabyte"
        if line.count(QUOTE) % 2:
            return "a quote that is not closed"
        cells = len(cells_of(line, self._delimiter))
        if cells == self._width:
            return "quotes in the middle of a cell"
        return f"{cells:,} {'cell' if cells == 1 else 'cells'} where the header has {self._width:,}"


def _kept(line: bytes) -> str:
    return line[: KEPT_TEXT * 4].decode("utf-8", "replace")[:KEPT_TEXT]


def _is_total(cells: list[str]) -> bool:
    """Whether the first cell with something in it says that the line is a sum of others."""
    first = next((cell.strip(" \t:*=-").casefold() for cell in cells if cell.strip()), "")
    return bool(_TOTALS.fullmatch(first))
