"""Bytes of any kind become rows, and nothing of them is lost in silence."""

import csv
import gzip
import io
import re
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from apps.look_inside.columns import Column
from apps.look_inside.number_formats import number_of
from apps.look_inside.parquet_table import store
from apps.look_inside.prepare.compression import NotATable
from apps.look_inside.prepare.csv_dialect import MAXIMUM_COLUMNS, dialect_of
from apps.look_inside.prepare.csv_rows import MAXIMUM_LINE, MAXIMUM_LINES_OF_A_ROW, Reader
from apps.look_inside.prepare.decoding import TooLarge, chunks_of
from apps.look_inside.stored_names import TABLE
from apps.text.decoding import Decoder
from apps.text.encoding_detection import Encoding, encoding_of

QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def pieces(data: bytes, size: int = 7):
    return [data[start : start + size] for start in range(0, len(data), size)]


def read(data: bytes, announced: str = "", size: int = 7):
    """The reader's report, dialect and clean CSV of a file that comes in small pieces."""
    encoding = encoding_of(pieces(data, 4096))
    text = b"".join(Decoder(encoding).utf8(pieces(data, size)))
    dialect = dialect_of(text.decode("utf-8", "ignore")[:65536], announced)
    out = io.BytesIO()
    reader = Reader(max(len(dialect.names), 1), dialect.delimiter, out.write, head_lines=dialect.head_lines)
    if dialect.names:
        decoded = Decoder(encoding).utf8(pieces(data, size))
        assert list(reader.read(decoded, has_old_line_ends=dialect.has_old_line_ends))
    return reader.reading_report, dialect, out.getvalue()


def rows_of(data: bytes, announced: str = "", size: int = 7):
    """The rows, as Python's own reader sees the clean CSV."""
    reading_report, dialect, clean = read(data, announced, size)
    rows = list(csv.reader(io.StringIO(clean.decode(), newline=""), delimiter=dialect.delimiter, strict=True))
    assert len(rows) == reading_report.rows
    return rows


def stored(data: bytes, directory):
    """Rows and columns of the Parquet file."""
    reading_report, dialect, clean = read(data, size=1 << 16)
    (directory / "clean.csv").write_bytes(clean)
    columns = store(directory / "clean.csv", dialect, directory, reading_report.rows)
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_parquet('{directory / TABLE}')").fetchall()
    return found, columns


def test_plain_rows_with_either_end_of_line():
    for end in ("\n", "\r\n", "\r"):
        data = f"a,b{end}1,2{end}3,4{end}".encode()
        for size in (1, 2, 3, 100):
            assert rows_of(data, size=size) == [["1", "2"], ["3", "4"]]


def test_the_last_line_needs_no_end():
    assert rows_of(b"a,b\n1,2\n3,4") == [["1", "2"], ["3", "4"]]


def test_a_row_may_go_over_lines_within_quotes():
    assert rows_of(b'a,b\n1,"two\nlines, really"\n3,4\n') == [["1", "two\nlines, really"], ["3", "4"]]


def test_a_quote_within_a_cell_stays():
    assert rows_of(b'a,b\n5" screen,x\n"say ""hi""",y\n') == [['5" screen', "x"], ['say "hi"', "y"]]


def test_broken_lines_are_counted_and_kept_and_the_others_read():
    reading_report, _, _ = read(b"a,b,c\n1,2,3\nonly one\n1,2,3,4\n\n4,5,6\n")
    assert (reading_report.rows, reading_report.broken, reading_report.empty_lines) == (2, 2, 1)
    first, second = reading_report.first_broken
    assert (first.number, first.text) == (3, "only one")
    assert first.reason == "1 cell where the header has 3"
    assert second.reason == "4 cells where the header has 3"


def test_a_quote_that_is_never_closed_costs_its_own_line_only():
    data = b'a,b\n1,2\n3,"open\n' + b"5,6\n" * (3 * MAXIMUM_LINES_OF_A_ROW)
    reading_report, _, _ = read(data, size=100)
    assert (reading_report.rows, reading_report.broken) == (1 + 3 * MAXIMUM_LINES_OF_A_ROW, 1)
    assert reading_report.first_broken[0].reason == "a quote that is not closed"
    assert rows_of(b'a,b\n3,"open\n5,6\n') == [["5", "6"]]


def test_a_line_of_many_megabytes_is_broken_and_not_held():
    reading_report, _, _ = read(b"a,b\n1,2\n" + b"x" * (3 * MAXIMUM_LINE) + b"\n3,4\n", size=1 << 16)
    assert (reading_report.rows, reading_report.broken) == (2, 1)
    assert reading_report.first_broken[0].reason == "longer than a megabyte"


@pytest.mark.parametrize(
    ("encoded", "name"),
    [
        ("a,b\nMüller,€ 5\n".encode(), "UTF-8"),
        ("\ufeffa,b\nMüller,€ 5\n".encode(), "UTF-8"),
        ("\ufeffa,b\nMüller,€ 5\n".encode("utf-16-le"), "UTF-16-LE"),
        ("\ufeffa,b\nMüller,€ 5\n".encode("utf-16-be"), "UTF-16-BE"),
        ("a,b\nMüller,€ 5\n".encode("utf-16-le"), "UTF-16-LE"),
        ("a,b\nMüller,€ 5\n".encode("utf-16-be"), "UTF-16-BE"),
        ("\ufeffa,b\nMüller,€ 5\n".encode("utf-32-le"), "UTF-32-LE"),
        ("a,b\nMüller,€ 5\n".encode("cp1252"), "Windows-1252"),
    ],
)
def test_every_usual_encoding_is_read(encoded, name):
    assert encoding_of([encoded]).name == name
    for size in (1, 3, 1000):
        assert rows_of(encoded, size=size) == [["Müller", "€ 5"]]


def test_a_damaged_letter_in_utf8_does_not_change_the_others():
    data = "a,b\nMüller,Größe\nÉcole,x\n".encode() + b"bad \xff,y\n"
    assert encoding_of([data]) == Encoding("UTF-8", is_damaged=True)
    assert rows_of(data)[0] == ["Müller", "Größe"]
    assert rows_of(data)[2] == ["bad \ufffd", "y"]


def test_nuls_are_shown_not_lost():
    decoder = Decoder(Encoding("UTF-8"))
    assert b"".join(decoder.utf8([b"a\0b"])) == "a\ufffdb".encode()
    assert decoder.nuls == 1


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("announced", ["", ",", ";", "^"])
def test_the_delimiter_is_found_whatever_was_announced(delimiter, announced):
    data = f"a{delimiter}b\n1{delimiter}2\n3{delimiter}4\n".encode()
    assert rows_of(data, announced) == [["1", "2"], ["3", "4"]]


def test_an_odd_announced_delimiter_is_used():
    assert rows_of(b"a^b\n1^2,5\n", "^") == [["1", "2,5"]]


def test_names_of_columns_are_made_different():
    assert dialect_of("a,A,,a\n1,2,3,4\n").names == ("a", "A (2)", "column 3", "a (3)")


def test_a_web_page_in_place_of_the_file_is_named():
    with pytest.raises(NotATable, match="web page"):
        dialect_of("<!DOCTYPE html><html>")


def test_a_file_of_a_thousand_columns_is_refused_with_words():
    with pytest.raises(NotATable, match=f"at most {MAXIMUM_COLUMNS}"):
        dialect_of(",".join(f"c{number}" for number in range(1000)))


def test_a_packed_file_is_unpacked_a_broken_one_named_and_a_bomb_stopped(tmp_path):
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(b"a,b\n1,2\n"))
    assert b"".join(chunks_of(packed, 1000)) == b"a,b\n1,2\n"
    packed.write_bytes(gzip.compress(b"a,b\n1,2\n" * 1000)[:-12])
    with pytest.raises(NotATable, match="packing is broken"):
        list(chunks_of(packed, 100_000))
    packed.write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(TooLarge):
        list(chunks_of(packed, 1_000_000))
    packed.write_bytes(b"PK\x03\x04 and more")
    with pytest.raises(NotATable, match="ZIP"):
        list(chunks_of(packed, 1000))


def test_columns_are_numbers_or_times_only_when_all_values_are(tmp_path):
    data = (
        b"id,zip,amount,odd,day,moment,none\n"
        b"1,01234,1.50,1,2026-11-01,2026-11-01T10:00:00Z,\n"
        b"2,54321,-3,2x,2026-11-02,2026-11-02 11:00:00+01:00,\n"
    )
    rows, columns = stored(data, tmp_path)
    assert [column.kind for column in columns] == ["id", "id", "number", "text", "time", "time", "text"]
    assert rows[0] == ("1", "01234", "1.50", "1", "2026-11-01", "2026-11-01T10:00:00Z", None)
    assert columns[6].filled == 0
    assert (columns[4].low, columns[4].high) == ("2026-11-01", "2026-11-02")


def test_numbers_are_numbers_however_they_are_written(tmp_path):
    data = b"price,cost,fee,id\n1.50,1.50,.5,1234567890123456789\n2,0.30000000000000004,+1,2\n3,-2,1e3,3\n"
    _, columns = stored(data, tmp_path)
    assert [column.kind for column in columns] == ["number", "number", "number", "id"]
    assert [column.rounded for column in columns] == [0, 1, 0, 0]


@given(
    st.one_of(
        st.decimals(allow_nan=False, allow_infinity=False, places=20).map(str),
        st.floats(allow_nan=False, allow_infinity=False).map(repr),
        st.text(alphabet="0123456789.eE+-", max_size=12),
    )
)
@example("0E20")
@settings(QUICK, max_examples=300)
def test_a_number_is_the_same_to_the_table_and_to_the_address(text):
    column = Column(0, "payout", "number", 1, 1)
    with duckdb.connect() as connection:
        found = connection.execute(
            f"SELECT CASE WHEN {column.is_number_sql} THEN {column.number_sql} END FROM (SELECT ? AS c0)",
            [text],
        ).fetchone()
    assert found == (number_of(text),)


cells = st.text(alphabet=st.sampled_from("ab\"',;\t|\r\n é€\x00=-1"), max_size=6)


@settings(QUICK, max_examples=25)
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=8))
@example([["\r\r\n", "a\r\nb", "c\r\r\r\nd"]])
def test_well_formed_csv_is_read_as_python_reads_it_and_stored_so(rows):
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(["x", "y", "z"])
    writer.writerows(rows)
    # A line's end is one, however many carriage returns stand before it.
    expected = [[re.sub(r"\r+\n", "\n", cell.replace("\0", "\ufffd")) for cell in row] for row in rows]
    data = file.getvalue().encode()
    reading_report, dialect, clean = read(data, size=5)
    assert (reading_report.rows, reading_report.broken) == (len(rows), 0)
    with duckdb.connect() as connection, tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        (directory / "clean.csv").write_bytes(clean)
        store(directory / "clean.csv", dialect, directory, reading_report.rows)
        found = connection.execute(f"SELECT * FROM read_parquet('{directory / TABLE}')").fetchall()
    assert [[cell or "" for cell in row] for row in found] == expected


@QUICK
@given(st.binary(max_size=300), st.integers(1, 64))
def test_any_bytes_after_a_header_are_rows_or_broken_lines_whole_to_the_end(junk, size):
    data = b"x,y,z\n1,2,3\n" + junk + b"\n4,5,6\n"
    try:
        reading_report, dialect, clean = read(data, size=size)
    except NotATable:
        return
    rows = list(csv.reader(io.StringIO(clean.decode(), newline=""), delimiter=dialect.delimiter, strict=True))
    assert len(rows) == reading_report.rows
    assert all(len(row) == len(dialect.names) for row in rows)
    # In pieces of another size it is the same.
    assert read(data, size=size + 1)[2] == clean
    # No line is lost: each is within a row, broken, empty, or the header.
    within_rows = clean.count(b"\n")
    assert within_rows + reading_report.broken + reading_report.empty_lines + 1 == reading_report.lines


@QUICK
@given(st.lists(st.sampled_from(['a,"b', 'c"', "d,e", "", 'f,"g"', '"', 'x"y,z', "1,2,3"]), max_size=30))
def test_no_mixture_of_quotes_loses_a_line(lines):
    reading_report, _, clean = read(("x,y\n" + "".join(f"{line}\n" for line in lines)).encode())
    assert clean.count(b"\n") + reading_report.broken + reading_report.empty_lines + 1 == reading_report.lines
    assert reading_report.lines == len(lines) + 1
