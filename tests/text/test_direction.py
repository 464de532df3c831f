"""A name of somebody else turns nothing around that stands beside it."""

import pytest

from apps.text.direction import contained, isolated, isolated_html

RIGHT_TO_LEFT_OVERRIDE = "\u202e"


@pytest.mark.parametrize("text", ["", "Oak Media", "Żółw & Söhne", "漢字", "👍"])
def test_a_text_that_turns_nothing_is_left_alone(text):
    assert isolated(text) == text
    assert "<bdi>" not in isolated_html(text)


@pytest.mark.parametrize("text", ["أهلا", "שלום 12", RIGHT_TO_LEFT_OVERRIDE + "abc", "a\u200fb", "\u061cx"])
def test_a_text_with_a_direction_is_kept_in(text):
    assert isolated(text) == f"\u2068{text}\u2069"
    assert isolated_html(text) == f"<bdi>{text}</bdi>"


def test_a_text_cannot_end_the_isolate_it_stands_in():
    assert contained("\u2069\u202eabc") == "\u202eabc"
    assert contained("\u2067a\u2069\u2069b") == "\u2067a\u2069b"
    assert isolated("\u2067a") == "\u2068\u2067a\u2069\u2069"
    assert contained("\u202ea\u2029b\x85c") == "\u202ea b c"


def test_markup_is_escaped():
    assert isolated_html("<b>\u202e") == "<bdi>&lt;b&gt;\u202e</bdi>"
