"""Regular expressions of CSV rows, and rewriting of rows with unusual quotes."""

import csv
import re

QUOTE = b'"'
ESCAPE = b'\\"'
_ESCAPED_SIGN = re.compile(rb'\\(["\\])')


def row_patterns(width: int, delimiter: bytes) -> tuple[re.Pattern[bytes], ...]:
    """A row with nothing odd in it; the same with empty cells behind it; one that also has quotes inside a cell that
    does not begin with one; and one whose quotes stand behind a backslash.

    Of all but the first the match's group is the row without the empty cells behind the last one.
    """
    sign = re.escape(delimiter)
    quoted = rb'"[^"]*+(?:""[^"]*+)*+"'
    strict = rb"(?:" + quoted + rb'|[^"\r\n' + sign + rb"]*+)"
    tolerant = rb"(?:" + quoted + rb'|(?!")[^\n' + sign + rb"]*+)"
    escaped = rb'(?:"(?:[^"\\]|\\.|"")*+"|[^"\r\n' + sign + rb"]*+)"
    times = b"{%d}" % (width - 1)
    # Most lines are tried with it, and a group would take a fifth more time.
    plain_row = re.compile(strict + rb"(?:" + sign + strict + rb")" + times)
    longer_row, tolerant_row, escaped_row = (
        re.compile(
            rb"(" + cell + rb"(?:" + sign + cell + rb")" + times + rb")(?:" + sign + rb")*+", re.DOTALL
        )
        for cell in (strict, tolerant, escaped)
    )
    return plain_row, longer_row, tolerant_row, escaped_row


def unescaped(row: bytes) -> bytes:
    """A row whose quotes stand behind backslashes, with doubled ones."""
    return _ESCAPED_SIGN.sub(lambda match: QUOTE * 2 if match[1] == QUOTE else match[1], row)


def cells_of(text: bytes, delimiter: bytes) -> list[str]:
    """The cells of a line; cut at each delimiter where its quotes make no sense."""
    try:
        return next(csv.reader([text.decode("utf-8", "replace")], delimiter=delimiter.decode()), [])
    except csv.Error:
        return text.decode("utf-8", "replace").split(delimiter.decode())


def rewritten(text: bytes, delimiter: bytes) -> bytes:
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
