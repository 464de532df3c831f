"""Numbers as people type them."""

import pytest

from apps.text.typed_numbers import AmbiguousNumber, number_text, unit_in, without_unit


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("11,50", "11.50"),
        ("1 200", "1200"),
        ("1\u202f200,5", "1200.5"),
        ("1.200,50", "1200.50"),
        ("1,200.50", "1200.50"),
        ("1'200.50", "1200.50"),
        ("1,200,300", "1200300"),
        ("1.200.300", "1200300"),
        ("0,125", "0.125"),
        ("1.125", "1.125"),
        (",5", "0.5"),
        ("\u22124", "-4"),
        ("+ 4", "4"),
        (" 7 ", "7"),
    ],
)
def test_a_number_is_read_as_it_is_meant(typed, number):
    assert number_text(typed) == number


@pytest.mark.parametrize("typed", ["1,500", "-12,345"])
def test_what_may_be_two_numbers_is_asked_about(typed):
    with pytest.raises(AmbiguousNumber, match="may be"):
        number_text(typed)


def test_a_whole_number_has_no_decimals_to_doubt():
    assert (number_text("1,500", is_whole=True), number_text("1.500", is_whole=True)) == ("1500", "1500")


@pytest.mark.parametrize("typed", ["", "much", "1 20", "1,20,3", "1e5", "1.2.3", ".", "12,3456,1", "--1"])
def test_what_is_no_number_stays_as_it_is(typed):
    assert number_text(typed) == typed


@pytest.mark.parametrize(
    ("typed", "unit", "number"),
    [
        ("11,50 €", "EUR", "11,50"),
        ("11,50\u202f€", "EUR", "11,50"),
        ("EUR 11.50", "EUR", "11.50"),
        ("11.50eur", "EUR", "11.50"),
        ("$1,200.50", "USD", "1,200.50"),
        ("12,5 %", "%", "12,5"),
        ("11,50", "EUR", "11,50"),
    ],
)
def test_the_unit_that_stands_beside_the_box_may_be_typed_too(typed, unit, number):
    assert without_unit(typed, unit) == number
    assert unit_in(number) == ""


@pytest.mark.parametrize(("typed", "other"), [("11 $", "$"), ("11 USD", "USD"), ("£11,50", "£"), ("5%", "%")])
def test_another_unit_is_seen(typed, other):
    assert unit_in(without_unit(typed, "EUR")) == other


@pytest.mark.parametrize("typed", ["much", "1e5", "abc", "", "EUR"])
def test_words_are_no_unit(typed):
    assert unit_in(typed) == ""
