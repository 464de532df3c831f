"""Files as the world makes them are read right, or what they are is named; no line of them is lost in silence."""

import io
import time
import zipfile

import pytest

from apps.look_inside.prepare.compression import NotATable
from apps.look_inside.prepare.csv_dialect import dialect_of
from apps.look_inside.prepare.decoding import TooLarge, chunks_of
from apps.look_inside.prepare.preview import parse_preview
from apps.text.encoding_detection import encoding_of
from tests.look_inside.csv_files import CSV
from tests.look_inside.prepare.test_csv_reading import read, rows_of

#: What the world calls CSV, and the rows it means.
FILES = {
    "sep line": (b"sep=;\na;b\n1;2\n3;4\n", [["1", "2"], ["3", "4"]]),
    "sep line that is not true": (b"sep=;\na,b\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    "sep line in quotes, by another delimiter": (b'"sep=|"\r\na,x|b\r\n1|2,5\r\n', [["1", "2,5"]]),
    "sep line of a tab": (b"sep=\t\na\tb\n1\t2\n", [["1", "2"]]),
    "sep line saved again": (b"SEP=;;\na;b\n1;2\n", [["1", "2"]]),
    "trailing delimiter in rows": (b"a,b\n1,2,\n3,4,\n", [["1", "2"], ["3", "4"]]),
    "trailing delimiter in quoted rows": (b'a;b\n"1";"2";\n"3";4;;\n', [["1", "2"], ["3", "4"]]),
    "trailing delimiter in some rows": (b"a,b\n1,2\n3,4,,,\n,\n", [["1", "2"], ["3", "4"], ["", ""]]),
    "trailing delimiter in the header": (b"a,b,\n1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    "a line break in the header": (b'"a\nmore",b\n1,2\n3,4\n', [["1", "2"], ["3", "4"]]),
    "a CRLF and a delimiter in the header": (b'a,"b,\r\nc"\r\n1,2\r\n3,4\r\n', [["1", "2"], ["3", "4"]]),
    "two returns": (b"a,b\r\r\n1,2\r\r\n3,4\r\r\n", [["1", "2"], ["3", "4"]]),
    "many returns": (b"a,b\r\r\r\r\n1,2\r\r\r\n3,4\n", [["1", "2"], ["3", "4"]]),
    "lone returns within newlines": (b"a,b\n1,2\r3,4\n5,6\n", [["1", "2"], ["3", "4"], ["5", "6"]]),
    "a lone return behind the header": (b"a,b\r1,2\n3,4\n", [["1", "2"], ["3", "4"]]),
    "old ends and a newline in quotes": (b'a,b\r1,"x\ny"\r3,4\r', [["1", "x\ny"], ["3", "4"]]),
    "separators of lines in a cell": (
        "a,b\nx\u2028y,\u0085\n\x0c1,\x0b2\x1c\x1d\x1e\n".encode(),
        [["x\u2028y", "\u0085"], ["\x0c1", "\x0b2\x1c\x1d\x1e"]],
    ),
    "blank lines": (b"\n\r\n a,b\n\n1,2\n   \n3,4\n\n", [["1", "2"], ["3", "4"]]),
    "backslashes before quotes": (
        b'a,b\n"say \\"hi\\"",x\n"one \\" more",y\n',
        [['say "hi"', "x"], ['one " more', "y"]],
    ),
    "a backslash at the end of a cell": (b'a,b\n"C:\\",x\n', [["C:\\", "x"]]),
    "titles before the header": (
        b"Report: conversions\nMade on 2026-11-02\n\na,b,c\n1,2,3\n4,5,6\n",
        [["1", "2", "3"], ["4", "5", "6"]],
    ),
    "titles with commas": (
        b"From 1, to 2\n\na,b,c\n1,2,3\n4,5,6\n7,8,9\n",
        [["1", "2", "3"], ["4", "5", "6"], ["7", "8", "9"]],
    ),
    "a header shorter than the rows, which end empty": (
        b"a,b\n1,2,,\n3,4,,\n5,6,,\n",
        [["1", "2"], ["3", "4"], ["5", "6"]],
    ),
    "no header": (
        b"2026-11-01,x,1.5\n2026-11-02,y,2\n",
        [["2026-11-01", "x", "1.5"], ["2026-11-02", "y", "2"]],
    ),
    "totals and an average at the end": (
        b"a,b\nx,1\ny,2\nTotal: 3,3\nAverage,1.5\n",
        [["x", "1"], ["y", "2"]],
    ),
    "totals at the end": (b"a,b\nx,1\ny,2\nTotal,3\n\n", [["x", "1"], ["y", "2"]]),
    "totals of two currencies": (
        b"t,a,b\n1,x,1\n2,y,2\nTotal EUR,,1\n,Total (USD):,2\n",
        [["1", "x", "1"], ["2", "y", "2"]],
    ),
    "one column with commas": (b"name\nSmith, John\nDoe\n", [["Smith, John"], ["Doe"]]),
    "decimal commas between semicolons": (b"a;b, net\n1,5;2,5\n3,5;4\n", [["1,5", "2,5"], ["3,5", "4"]]),
    "a comma in every name, and another delimiter": (b"a, x;b, y\n1;2\n3;4\n", [["1", "2"], ["3", "4"]]),
    "tabs": (b"a\tb\n1,2\t3\n", [["1,2", "3"]]),
}


@pytest.mark.parametrize("name", FILES)
def test_files_as_the_world_makes_them_are_read_right(name):
    data, rows = FILES[name]
    for size in (1, 3, 1000):
        assert rows_of(data, ",", size=size) == rows
    preview = parse_preview(data, ",", is_whole=True)
    assert len(preview.rows) == len(rows)


def test_what_was_left_out_of_such_files_is_known():
    findings, dialect, _ = read(FILES["titles before the header"][0])
    assert dialect.titles == ("Report: conversions", "Made on 2026-11-02")
    assert dialect.names == ("a", "b", "c")
    findings, dialect, _ = read(FILES["totals of two currencies"][0])
    assert [(line.number, line.text) for line in findings.totals] == [
        (4, "Total EUR,,1"),
        (5, ",Total (USD):,2"),
    ]
    assert read(FILES["trailing delimiter in some rows"][0])[0].longer == 1
    dialect = read(FILES["no header"][0])[1]
    assert (dialect.is_headerless, dialect.names) == (True, ("column 1", "column 2", "column 3"))
    assert read(FILES["a line break in the header"][0])[1].names == ("a more", "b")
    assert read(b"offer,2025,2026\nx,1,2\n")[1].odd_name == "2025"


def test_an_offer_called_total_is_no_total():
    assert rows_of(b"offer,n\nTotal Wine,1\nx,2\n")[0] == ["Total Wine", "1"]
    assert rows_of(b"offer,n\nTotal,1\nx,2\n") == [["Total", "1"], ["x", "2"]]
    assert rows_of(b"offer,n\nTotal,1\n") == [["Total", "1"]]


@pytest.mark.parametrize(
    ("text", "codec", "name"),
    [
        ("Летняя распродажа,Москва", "cp1251", "Windows-1251"),
        ("ОДОБРЕНО,МОСКВА", "cp1251", "Windows-1251"),
        ("Київська область,Знижка", "cp1251", "Windows-1251"),
        ("Летняя распродажа,Москва", "koi8-r", "KOI8-R"),
        ("Летняя распродажа,Москва", "cp866", "IBM866"),
        ("Αθήνα,καλοκαιρινή προσφορά", "cp1253", "Windows-1253"),
        ("Łódź zażółć,gęślą jaźń", "cp1250", "Windows-1250"),
        ("Größe,Äpfel £5 m³", "cp1252", "Windows-1252"),
        ("Летняя распродажа,Москва", "utf-16-le", "UTF-16-LE"),
        ("Летняя распродажа,Москва", "utf-16-be", "UTF-16-BE"),
        ("Летняя распродажа,Москва", "utf-8-sig", "UTF-8"),
    ],
)
def test_letters_are_read_in_the_encoding_they_look_like(text, codec, name):
    data = f"offer,city\n{text}\n".encode(codec)
    assert encoding_of([data]).name == name
    assert rows_of(data, size=3) == [text.split(",")]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'{"error": "expired"}', "JSON"),
        (b' [{"id": 1}]', "JSON"),
        (b"[]", "JSON"),
        (b"<Error><Code>AccessDenied</Code></Error>", "markup"),
        (b"<!-- x --><p>", "markup"),
        (b"%PDF-1.7", "PDF"),
        (b"BZh91AY", "bzip2"),
        (b"PAR1xxxx", "Parquet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
    ],
)
def test_what_is_no_csv_is_named(tmp_path, data, words):
    (tmp_path / "file").write_bytes(data)
    with pytest.raises(NotATable, match=words):
        dialect_of(b"".join(chunks_of(tmp_path / "file", 1000)).decode())
    assert words in parse_preview(data, ",", is_whole=True).problem


def zipped(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def test_a_zip_archive_of_one_file_is_unpacked_and_any_other_named(tmp_path):
    path = tmp_path / "file"
    path.write_bytes(zipped(file=CSV))
    assert b"".join(chunks_of(path, 10_000)) == CSV.encode()
    assert len(parse_preview(path.read_bytes(), ",", is_whole=True).rows) == 5
    with pytest.raises(TooLarge):
        list(chunks_of(path, 10))
    for data, words in (
        (zipped(a=CSV, b=CSV), "or several"),
        (zipped(**{"[Content_Types].xml": "x", "sheet": "y"}), "Excel workbook"),
        (zipped(file=CSV)[:-30], "ZIP"),
    ):
        path.write_bytes(data)
        with pytest.raises(NotATable, match=words):
            list(chunks_of(path, 10_000))


def test_runs_of_signs_that_mean_something_take_no_more_than_linear_time():
    started = time.process_time()
    for sign in (b"\r", b'"', b",", b"\\", b'\\"', b"\n", b'"\n', b"\r\r\n", b"sep="):
        read(b"a,b\n1,2\n" + sign * (200_000 // len(sign)) + b"x\n3,4\n", size=1 << 16)
        parse_preview(sign * (60_000 // len(sign)), ",", is_whole=True)
    assert time.process_time() - started < 10
