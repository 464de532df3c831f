"""Reads CSV text line by line into rows that are certainly whole; a line that is none is kept aside and counted.

Most lines are checked by counting delimiters. Only one with quotes is taken apart. A quote that is never closed costs
its own line, not the rest of the file: what follows is read anew.
"""

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

QUOTE = b'"'
#: A line longer than this is broken, and is not held in memory.
MAXIMUM_LINE = 1 << 20
#: A row may go over so many lines; a quote that is open for longer was never closed.
MAXIMUM_LINES_OF_A_ROW = 200
KEPT_BROKEN = 20
KEPT_TEXT = 300

csv.field_size_limit(2 * MAXIMUM_LINE)


@dataclass(frozen=True)
class BrokenLine:
    """A line that is no row: where, what it holds (its beginning), and why."""

    number: int
    text: str
    reason: str


@dataclass
class Findings:
    """What was read."""

    rows: int = 0
    lines: int = 0
    empty_lines: int = 0
    broken: int = 0
    first_broken: list[BrokenLine] = field(default_factory=list)


def lines_of(chunks: Iterable[bytes], *, has_old_line_ends: bool = False) -> Iterator[list[bytes]]:
    """The lines of the text without their ends, a list for each chunk. What goes over a very long line is dropped."""
    rest = b""
    carry = b""
    for piece in chunks:
        chunk = carry + piece
        carry = b""
        if chunk.endswith(b"\r"):
            # What follows says whether a line ends with two signs here.
            chunk, carry = chunk[:-1], b"\r"
        chunk = chunk.replace(b"\r\n", b"\n")
        if has_old_line_ends:
            chunk = chunk.replace(b"\r", b"\n")
        lines = (rest + chunk).split(b"\n")
        # One byte over the limit is kept, so that the line counts as too long.
        rest = lines.pop()[: MAXIMUM_LINE + 1]
        yield lines
    if rest:
        yield [rest]


class Reader:
    """Hands whole rows to `write` as lines of CSV with one line end each; `findings` tells of all others."""

    def __init__(self, width: int, delimiter: str, write: Callable[[bytes], object]) -> None:
        self.findings = Findings()
        self._width = width
        self._delimiter = delimiter.encode()
        self._write = write
        self._strict, self._tolerant = _patterns(width, self._delimiter)
        #: Lines of a row whose quote is still open, with their numbers.
        self._open: list[tuple[int, bytes]] = []
        self._open_quotes = 0
        self._header_is_due = True

    def read(self, chunks: Iterable[bytes], *, has_old_line_ends: bool = False) -> Iterator[int]:
        """Read all lines; gives the number of rows after each chunk."""
        for lines in lines_of(chunks, has_old_line_ends=has_old_line_ends):
            self._read_lines(lines)
            yield self.findings.rows
        self._close()
        yield self.findings.rows

    def _read_lines(self, lines: list[bytes]) -> None:
        findings, delimiter, commas = self.findings, self._delimiter, self._width - 1
        is_whole = self._strict.fullmatch
        out = []
        number = findings.lines
        for line in lines:
            number += 1
            if self._header_is_due:
                self._header_is_due = not line.strip()
                continue
            # Counting takes a tenth of the time of the pattern.
            is_row = line and not self._open and len(line) <= MAXIMUM_LINE
            if is_row and QUOTE not in line and b"\r" not in line:
                is_row = line.count(delimiter) == commas
            elif is_row:
                is_row = is_whole(line) is not None
            if is_row:
                out.append(line)
                continue
            if out:
                self._flush(out)
                out = []
            self._read_carefully(number, line)
        findings.lines = number
        if out:
            self._flush(out)

    def _flush(self, rows: list[bytes]) -> None:
        self.findings.rows += len(rows)
        self._write(b"\n".join(rows) + b"\n")

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
            self.findings.empty_lines += 1
            return []
        self._open.append((number, line))
        self._open_quotes += line.count(QUOTE)
        if len(self._open) == 1 and (self._open_quotes % 2 == 0 or self._tolerant.fullmatch(line)):
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
            if self._strict.fullmatch(text):
                self._flush([text])
                return []
            if self._tolerant.fullmatch(text):
                self._flush([_rewritten(text, self._delimiter)])
                return []
        self._note(*lines[0])
        return lines[1:]

    def _close(self) -> None:
        """The text is over: a row that is still open is none."""
        while self._open:
            first, *others = self._taken()
            self._note(*first)
            for number, line in others:
                self._read_carefully(number, line)

    def _note(self, number: int, line: bytes) -> None:
        self.findings.broken += 1
        if len(self.findings.first_broken) < KEPT_BROKEN:
            text = line[: KEPT_TEXT * 4].decode("utf-8", "replace")[:KEPT_TEXT]
            self.findings.first_broken.append(BrokenLine(number, text, self._reason(line)))

    def _reason(self, line: bytes) -> str:
        if len(line) > MAXIMUM_LINE:
            return "longer than a megabyte"
        if line.count(QUOTE) % 2:
            return "a quote that is not closed"
        cells = len(_cells(line, self._delimiter))
        if cells == self._width:
            return "quotes in the middle of a cell"
        return f"{cells:,} {'cell' if cells == 1 else 'cells'} where the header has {self._width:,}"


def _patterns(width: int, delimiter: bytes) -> tuple[re.Pattern[bytes], re.Pattern[bytes]]:
    """A row with nothing odd in it; and one that also has quotes inside a cell that does not begin with one."""
    sign = re.escape(delimiter)
    quoted = rb'"[^"]*+(?:""[^"]*+)*+"'
    strict = rb"(?:" + quoted + rb'|[^"\r\n' + sign + rb"]*+)"
    tolerant = rb"(?:" + quoted + rb'|(?!")[^\n' + sign + rb"]*+)"
    times = b"{%d}" % (width - 1)
    return (
        re.compile(strict + rb"(?:" + sign + strict + rb")" + times),
        re.compile(tolerant + rb"(?:" + sign + tolerant + rb")" + times),
    )


def _cells(text: bytes, delimiter: bytes) -> list[str]:
    try:
        return next(csv.reader([text.decode("utf-8", "replace")], delimiter=delimiter.decode()), [])
    except csv.Error:
        return text.decode("utf-8", "replace").split(delimiter.decode())


def _rewritten(text: bytes, delimiter: bytes) -> bytes:
    """The row with every cell in quotes, so that it can be read in one way only."""
    pieces = re.findall(
        rb"(?:^|(?<="
        + re.escape(delimiter)
        + rb'))(?:"((?:[^"]|"")*+)"|((?!")[^\n'
        + re.escape(delimiter)
        + rb"]*+))"
        rb"(?:" + re.escape(delimiter) + rb"|\Z)",
        text,
    )
    cells = [quoted or b.replace(QUOTE, QUOTE * 2) for quoted, b in pieces]
    return delimiter.join(QUOTE + cell + QUOTE for cell in cells)
