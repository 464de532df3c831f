"""Number formats of files: patterns, and the exact number of a text in Python and in SQL.

Plain numbers need no reading. Amounts for people, as "1.234,50 €" or "(5.00)", are read in one way for the whole column
(`Form`), and only where no value of it can mean two numbers.
"""

import re
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

#: A number as most are written, without leading zeros: "007" is an id, and stays a text. Fits DECIMAL(27,12).
PLAIN_NUMBER = r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,12})?"
#: The same however it is written: ".5", "+1", "1e3", "0.30000000000000004". Not all of them fit.
ANY_NUMBER = r"[+-]?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?"

#: An exact number: what is added. More than twelve decimals are rounded, binary noise with them.
DECIMALS = 12
DECIMAL = f"DECIMAL(27,{DECIMALS})"
#: What numbers with more decimals are compared as.
LONG_DECIMAL = "DECIMAL(38,20)"
#: A number of so many digits was made by a binary fraction: its last ones are noise.
NOISE_DIGITS = 16
_LARGEST = Decimal(10) ** 15
_ANY_NUMBER = re.compile(ANY_NUMBER)
_PLAIN_NUMBER = re.compile(PLAIN_NUMBER)


class Form(StrEnum):
    """How the numbers of a column are written."""

    #: As computers write them.
    PLAIN = ""
    #: 1,234.50
    POINT = "point"
    #: 1.234,50
    COMMA = "comma"


SIGNS = r"(?:US\$|[$€£¥₹₽₴₺₩₫₪₱฿]|zł|kr|Kč|Ft|[A-Z]{3})"
_CODES_OF_SIGNS = {
    "US$": "USD", "€": "EUR", "£": "GBP", "₹": "INR", "₽": "RUB", "₴": "UAH", "₺": "TRY", "₩": "KRW",
    "₫": "VND", "₪": "ILS", "₱": "PHP", "฿": "THB", "zł": "PLN", "Kč": "CZK", "Ft": "HUF",
}  # fmt: skip
_GROUP = r" '’\x{a0}\x{202f}\x{2009}"
_BLANKS = r"[ \t\x{a0}]*"
_SPACE = r"[ \x{a0}\x{202f}]?"


def _written(group: str, point: str) -> str:
    whole = rf"(?:[1-9][0-9]{{0,2}}(?:[{group}{_GROUP}][0-9]{{3}})+|0|[1-9][0-9]*)"
    number = rf"(?:{whole}(?:{point}[0-9]{{1,12}})?|{point}[0-9]{{1,12}})"
    sign = rf"(?:[-+\x{{2212}}]{_SPACE})?"
    before, after = rf"(?:{SIGNS}{_SPACE})?", rf"(?:{_SPACE}{SIGNS})?"
    open_, close = r"\(", r"\)"
    one = rf"{sign}{before}{sign}{number}{after}(?:{_SPACE}%|-)?|{open_}{before}{number}{after}{close}"
    return rf"{_BLANKS}(?:{one}){_BLANKS}"


#: As the queries' regular expressions are written.
WRITTEN = {Form.POINT: _written(",", r"\."), Form.COMMA: _written(r"\.", ",")}
_WRITTEN = {
    form: re.compile(re.sub(r"\\x\{([0-9a-f]+)\}", lambda code: chr(int(code[1], 16)), pattern))
    for form, pattern in WRITTEN.items()
}
_NEGATIVE = r"^[^0-9]*[-\x{2212}(]|-[ \t]*$"


def number_of(text: str, form: str = Form.PLAIN) -> Decimal | None:
    """The exact number a text is taken for; None for one that is none, or is too large.

    With a form it is read as the column's own values are, or else as a plain number: what a person types.
    """
    if form and _WRITTEN[Form(form)].fullmatch(text):
        digits = re.sub(r"[^0-9.,]", "", text)
        digits = digits.replace(",", "") if form == Form.POINT else digits.replace(".", "").replace(",", ".")
        is_negative = bool(re.search(r"[-\u2212(]", text))
        return _fitting(Decimal(f"-{digits}" if is_negative else digits))
    return _fitting(Decimal(text)) if _ANY_NUMBER.fullmatch(text) else None


def plain_number(text: str) -> str:
    """The number of a text that is one, however it is written, as all programs read it; "" for any other text."""
    if _PLAIN_NUMBER.fullmatch(text):
        return text
    exact = number_of(text)
    return "" if exact is None else f"{exact.normalize():f}"


def _fitting(number: Decimal) -> Decimal | None:
    # Of "0E20" the exponent says nothing.
    if number and number.adjusted() >= _LARGEST.adjusted():
        return None
    rounded = number.quantize(Decimal(1).scaleb(-DECIMALS), ROUND_HALF_UP)
    return rounded if abs(rounded) < _LARGEST else None


def number_sql(name: str, form: str) -> str:
    """The value of a column as an exact number; NULL where it is none."""
    if not form:
        return f"TRY_CAST({name} AS {DECIMAL})"
    digits = f"regexp_replace({name}, '[^0-9.,]', '', 'g')"
    commas_gone = f"replace({digits}, ',', '')"
    digits = commas_gone if form == Form.POINT else f"replace(replace({digits}, '.', ''), ',', '.')"
    sign = rf"CASE WHEN regexp_matches({name}, '{_NEGATIVE}') THEN '-' ELSE '' END"
    return f"TRY_CAST({sign} || {digits} AS {DECIMAL})"


def currency_of_sign(sign: str) -> str:
    """The currency of a sign that stands beside amounts; "" for one of several countries, as $."""
    if sign in _CODES_OF_SIGNS:
        return _CODES_OF_SIGNS[sign]
    return sign if re.fullmatch(r"[A-Z]{3}", sign) else ""
