"""Which decimal sign a column uses is told by its values together, and never guessed."""

from decimal import Decimal

import pytest

from apps.bulk.imports.checking.numbers import Ambiguous, Unreadable, evidence_of, number_of, sign_of


@pytest.mark.parametrize(
    ("text", "sign"),
    [
        ("1,5", ","),
        ("1.5", "."),
        ("0.123", "."),
        ("0,123", ","),
        ("1.234", ""),
        ("-12,345", ""),
        ("1234.567", "."),
        ("1.234,5", ","),
        ("1,234.5", "."),
        ("1.234.567", ","),
        ("1,234,567", "."),
        ("12", None),
        ("1,23,4", None),
        ("abc", None),
    ],
)
def test_what_a_number_says_of_its_decimal_sign(text, sign):
    assert sign_of(text) == sign


@pytest.mark.parametrize(
    ("text", "sign", "number"),
    [
        ("1,5", ",", "1.5"),
        ("1.5", "", "1.5"),
        ("1.234", ",", "1234"),
        ("1.234", ".", "1.234"),
        ("1.234.567,89", "", "1234567.89"),
        (" 12 ", "", "12"),
        ("-0,5", "", "-0.5"),
        ("1 200", "", "1200"),
        ("1\u202f234\u202f567,5", "", "1234567.5"),
        ("1'200.50", "", "1200.5"),
        ("\u22125", "", "-5"),
    ],
)
def test_a_number_by_its_column(text, sign, number):
    assert number_of(text, sign) == Decimal(number)


def test_what_can_be_two_numbers_is_said():
    with pytest.raises(Ambiguous, match=r"“1.234” can be 1234 or 1.234"):
        number_of("1.234", "")


@pytest.mark.parametrize(
    ("text", "sign"), [("1,5", "."), ("1.5", ","), ("1e5", ""), ("1 00", ""), ("9" * 40, "")]
)
def test_what_is_no_number_of_the_column_is_refused(text, sign):
    with pytest.raises(Unreadable):
        number_of(text, sign)


def test_a_column_is_decided_by_the_values_that_are_sure():
    assert evidence_of([(2, "1.234"), (3, "7"), (4, "2,5")]).sign == ","
    assert evidence_of([(2, "1.234"), (3, "7")]).sign == ""
    assert evidence_of([(2, "1.5"), (3, "2,5")]).sign == ""
