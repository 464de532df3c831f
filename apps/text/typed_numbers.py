"""Numbers as people type them: `1 200`, `11,50`, `1.200,50`, `1,200.50`, `11,50 €`, a minus of any shape."""

import re

from apps.text.typed import one_word

_SHAPE = re.compile(r"(?P<sign>[-+\u2212]?) ?(?P<body>[0-9.,'\u2019 ]{1,80})")
_DIGITS = re.compile(r"[0-9]*")
_GROUPS = re.compile(r"[0-9]{1,3}(?:(?P<mark>[ ,.'\u2019])[0-9]{3})(?:(?P=mark)[0-9]{3})*")


#: Signs that mean one currency each, as people type them beside an amount.
_SIGNS = {"EUR": "€", "USD": "$", "GBP": "£", "JPY": "¥", "INR": "₹"}
_WITH_UNIT = re.compile(r"[^A-Za-z]*[0-9] ?([A-Za-z]{3}|[€$£¥₹%])|([A-Za-z]{3}|[€$£¥₹]) ?[0-9][^A-Za-z]*")


class AmbiguousNumber(ValueError):
    """The text may mean two numbers; the exception's own text says which."""


def number_text(text: str, *, is_whole: bool = False) -> str:
    """The number with a point before its decimals and nothing between its digits; a text that is none as it is.

    `is_whole` says that no decimals are meant. Raises `AmbiguousNumber` where a comma may part thousands or decimals.
    """
    word = one_word(text)
    shape = _SHAPE.fullmatch(word)
    if shape is None:
        return word
    body = shape["body"]
    whole, fraction = _parted(body, is_whole=is_whole)
    if not _DIGITS.fullmatch(whole):
        groups = _GROUPS.fullmatch(whole)
        if groups is None:
            return word
        whole = whole.replace(groups["mark"], "")
    if not _DIGITS.fullmatch(fraction) or not (whole or fraction):
        return word
    sign = "-" if shape["sign"] in ("-", "\u2212") else ""
    return f"{sign}{whole or '0'}{'.' if fraction else ''}{fraction}"


def without_unit(text: str, unit: str) -> str:
    """The text without the unit before or after it: `11,50 €` where that is EUR. With another unit it stays whole."""
    word = one_word(text)
    for sign in filter(None, (unit, _SIGNS.get(unit, ""))):
        if word.casefold().endswith(sign.casefold()):
            return word[: -len(sign)].rstrip()
        if word.casefold().startswith(sign.casefold()):
            return word[len(sign) :].lstrip()
    return text


def unit_in(text: str) -> str:
    """The currency or percent sign that stands beside a number; "" for none."""
    found = _WITH_UNIT.fullmatch(one_word(text))
    return (found[1] or found[2]) if found else ""


def _parted(body: str, *, is_whole: bool) -> tuple[str, str]:
    """What stands before the decimals and what they are; "" for none."""
    commas, points = body.count(","), body.count(".")
    if commas and points:
        mark = max(",.", key=body.rfind)
        return _split(body, mark) if body.count(mark) == 1 else (body, "")
    mark = "," if commas else "."
    if commas + points != 1:
        return body, ""
    whole, fraction = _split(body, mark)
    may_be_group = len(fraction) == 3 and re.fullmatch(r"[1-9][0-9]{0,2}", whole) is not None
    if may_be_group and is_whole:
        return body, ""
    if may_be_group and mark == ",":
        raise AmbiguousNumber(
            f"“{body}” may be {whole}{fraction} or {whole}.{fraction}. Type it without the comma, or with a point."
        )
    return whole, fraction


def _split(body: str, mark: str) -> tuple[str, str]:
    whole, _, fraction = body.partition(mark)
    return whole, fraction
