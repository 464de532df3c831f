"""What a person typed or pasted is read by one rule."""

import pytest

from apps.text.typed import is_blank, one_line, one_word, trimmed, unseen_in, words_of

FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
PERSIAN = "می\u200cخواهم"
BLANKS = [
    " ",
    "\t",
    "\n",
    "\r\n",
    "\x0b",
    "\xa0",
    "\u2003",
    "\u200b",
    "\u2028",
    "\u2029",
    "\u202f",
    "\u2060",
    "\u3000",
    "\ufeff",
]


@pytest.mark.parametrize("blank", BLANKS)
def test_every_kind_of_blank_separates_words_and_surrounds_nothing(blank):
    assert one_line(f"{blank}Oak{blank}{blank}Media{blank}") == "Oak Media"
    assert words_of(f"{blank}1{blank}2,{blank}3;4{blank}") == ["1", "2", "3", "4"]
    assert trimmed(f"{blank}Oak{blank}Media{blank}") == f"Oak{blank}Media"
    assert is_blank(blank * 3)


@pytest.mark.parametrize("text", [FAMILY, PERSIAN, f"Team {FAMILY} {PERSIAN}", "❤️", "Zoë", "e\u0301"])
def test_joiners_and_marks_of_a_script_stay(text):
    assert one_line(f"\xa0{text}\u200b") == trimmed(f"\ufeff{text}\t") == text


@pytest.mark.parametrize(
    "text", ["", "\u200d", "\u200c\u200c", "\u200e\u200f", " \u200b\u200d\xa0", "\xad", "\u2066\u2069"]
)
def test_what_nobody_sees_is_no_text(text):
    assert is_blank(text)
    assert one_line(text) == trimmed(text) == one_word(text) == ""
    assert words_of(f"{text},{text}") == []


@pytest.mark.parametrize(
    "around", ["\u200b", "\u200c", "\u200d", "\u200e", "\u202a", "\u2068", "\ufeff", "\xad", " "]
)
def test_an_id_or_address_has_nothing_unseen_in_it(around):
    assert one_word(f"{around}name@example.com{around}") == "name@example.com"


def test_unseen_characters_are_named_once():
    assert unseen_in("1\u200b2\u200b\ufeff 3\n") == ["U+200B", "U+FEFF"]
    assert unseen_in("12 34\t5\n") == []
