"""Numbers as people and spreadsheets write them: which decimal sign a column uses is told by its values together."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

POINT, COMMA = ".", ","
#: Up to here any JSON reader follows.
_DIGITS = 30
_PLAIN = re.compile(rf"[-+]?[0-9]{{1,{_DIGITS}}}")
#: 1.5 and 0.123, not 1.234: one sign, and no three digits behind a group's first ones.
_ONE_SIGN = re.compile(rf"[-+]?([0-9]{{1,{_DIGITS}}})([.,])([0-9]{{1,{_DIGITS}}})")
_GROUPS = re.compile(r"[-+]?[1-9][0-9]{0,2}(?:([.,])[0-9]{3})(?:\1[0-9]{3}){0,8}(?:(?!\1)([.,])[0-9]{1,30})?")

#: What parts thousands and can be no decimal sign.
_GROUP_SIGNS = re.compile("(?<=[0-9])[ \u00a0\u202f\u2009'\u2019](?=[0-9]{3}(?![0-9]))")


class Unreadable(ValueError):
    """The text is no number; the words say why."""


class Ambiguous(Unreadable):
    """The text can mean two numbers."""


@dataclass(frozen=True)
class Evidence:
    """What values of a column say about its decimal sign: the first line of each kind; 0 for none."""

    point: int = 0
    comma: int = 0
    ambiguous: int = 0

    @property
    def sign(self) -> str:
        """The decimal sign that the values agree on; "" where they do not, or say nothing."""
        if bool(self.point) == bool(self.comma):
            return ""
        return POINT if self.point else COMMA


def evidence_of(texts: Iterable[tuple[int, str]]) -> Evidence:
    """What (line, text) of a column say together."""
    first = {POINT: 0, COMMA: 0, "": 0}
    for line, text in texts:
        sign = sign_of(text)
        if sign is not None and not first[sign]:
            first[sign] = line
    return Evidence(first[POINT], first[COMMA], first[""])


def sign_of(text: str) -> str | None:
    """The decimal sign a number is surely written with; "" where it may be either; None where it has none."""
    text = _without_signs(text)
    one = _ONE_SIGN.fullmatch(text)
    if one:
        whole, sign, behind = one.groups()
        could_be_group = len(behind) == 3 and len(whole) <= 3 and not whole.startswith("0")
        return "" if could_be_group else sign
    groups = _GROUPS.fullmatch(text)
    if groups is None:
        return None
    return groups[2] or (COMMA if groups[1] == POINT else POINT)


def number_of(text: str, sign: str) -> Decimal:
    """The number, with that decimal sign; with "" one that is written in one way only.

    Raises `Ambiguous`, `Unreadable`.
    """
    text = _without_signs(text)
    if _PLAIN.fullmatch(text):
        return Decimal(text)
    own = sign_of(text)
    if own is None:
        raise Unreadable(f"“{text[:80]}” is no number.")
    if own == "" and not sign:
        other = text.replace(COMMA, "").replace(POINT, "")
        raise Ambiguous(
            f"“{text}” can be {other} or {text.replace(COMMA, POINT)}: say above how this column writes decimals."
        )
    if own and sign and own != sign:
        name = {POINT: "a point", COMMA: "a comma"}
        raise Unreadable(f"“{text}” has {name[own]} before its decimals, and this column {name[sign]}.")
    used = own or sign
    group = COMMA if used == POINT else POINT
    return Decimal(text.replace(group, "").replace(COMMA, POINT))


def _without_signs(text: str) -> str:
    """The text without blanks and apostrophes between its thousands, and with a plain minus."""
    return _GROUP_SIGNS.sub("", text.strip()).replace("\u2212", "-")
