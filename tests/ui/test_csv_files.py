"""CSV that we write: no reader makes a formula of any part of it, whichever separator it goes by."""

import csv
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.ui.files.csv_files import plain_cell, safe_cell, shielded, unshielded, write_rows

SIGNS = "=+-@＝＋－＠﹦−"
BEFORE = [
    "",
    " ",
    "\t",
    "\r",
    "\n",
    "\u200b",
    "\u00a0",
    '"',
    '""',
    "\x01",
    "\ufeff\u2060",
    "\u202e",
    " \t\u00ad ",
]
ENDS = [";", "\t", "\n", "\r\n", "\r", "|", ";;", ";\t", '";"', '"\n"', '","', ";-5;"]
TEXTS = [
    *(before + sign + "cmd|' /C calc'!A0" for before, sign in itertools.product(BEFORE, SIGNS)),
    *(f"Mozilla (X{end}{before}{sign}1+1)" for end, before, sign in itertools.product(ENDS, BEFORE, SIGNS)),
    *(f"{end}=1{end}@x" for end in ENDS),
    "a;",
    'a;"',
    '"',
    '";',
    "plain",
    "",
    "a;-5",
    "-5;=1",
]
#: What no spreadsheet shows before a formula.
UNSEEN = "".join(BEFORE) + "'"


def read(text, delimiter):
    """The cells as a reader with that separator has them, quotes that it does not expect included."""
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def written(rows):
    file = io.StringIO(newline="")
    write_rows(file, rows)
    return file.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
@pytest.mark.parametrize("place", ["alone", "first", "last", "between"])
def test_no_part_of_a_text_becomes_a_formula(delimiter, place):
    row = {
        "alone": lambda text: [text],
        "first": lambda text: [text, "x"],
        "last": lambda text: ["x", text],
        "between": lambda text: ["x;", text, text],
    }[place]
    for cells in (
        read(written([row(text) for text in TEXTS]), delimiter),
        *(read(written([row(text)]), delimiter) for text in TEXTS),
    ):
        for cell in itertools.chain.from_iterable(cells):
            seen = cell.lstrip("".join(set(UNSEEN) - {"'"}))
            assert seen[:1] not in tuple(SIGNS), cell


def test_our_own_reading_gives_every_text_back_but_for_apostrophes():
    rows = read(written([[text, "x"] for text in TEXTS]), ",")
    assert [row[1] for row in rows] == ["x"] * len(TEXTS)
    assert [row[0].replace("'", "") for row in rows] == [text.replace("'", "") for text in TEXTS]


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "-12.50",
        "0",
        "plain",
        "a=b",
        "Mozilla/5.0 (X11; Linux) AppleWebKit",
        "a; b",
        "x, -5",
        "[1, -2]",
        "c\td",
    ],
)
def test_numbers_and_ordinary_texts_stay_as_they_are(text):
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_every_cell_is_quoted():
    assert written([["a", "", "-5"]]) == '"a","","-5"\r\n'


#: Texts of the signs that matter, apostrophes among them.
TRICKY = st.text(st.sampled_from("'=+-@;|\t\r\n\u2028\u200b \"1a\u2212"), max_size=12)


@given(st.one_of(TRICKY, st.text(max_size=20), st.sampled_from(TEXTS)))
def test_a_shielded_cell_is_safe_and_comes_back_to_the_letter(text):
    cell = shielded(text)
    assert safe_cell(cell) == cell
    assert unshielded(cell) == text


def test_a_long_text_of_separators_is_shielded_at_once():
    text = ";\n" * 200_000 + "'" * 200_000
    assert unshielded(shielded(text)) == text
