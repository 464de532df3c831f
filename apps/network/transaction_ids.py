"""Tells texts that are ids of transactions from names and from short numbers: by their form alone, so it is a guess."""

import re

MAXIMUM_LENGTH = 200

_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}", re.IGNORECASE)
_HEX = re.compile(r"(?=.*[0-9])[0-9a-f]{12,128}", re.IGNORECASE)
_LONG_NUMBER = re.compile(r"[0-9]{13,128}")
# One word of printable ASCII without an address sign, at least four digits in it.
_LONG_TOKEN = re.compile(r"(?=(?:[^0-9]*[0-9]){4})[!-?A-~]{12,200}")
_BARE_ID = re.compile(r"(?=.*[0-9])[A-Za-z0-9_-]{1,64}")


def is_surely_transaction(text: str) -> bool:
    """Whether nobody would give a record such a name: a UUID, or twelve hexadecimal digits and more."""
    return bool(_UUID.fullmatch(text) or (_HEX.fullmatch(text) and not text.isdigit()))


def looks_like_transaction(text: str) -> bool:
    """Whether it is worth looking for the text among the rows of the reports."""
    return is_surely_transaction(text) or bool(_LONG_NUMBER.fullmatch(text) or _LONG_TOKEN.fullmatch(text))


def looks_like_record_id(text: str) -> bool:
    """Whether a record may have the text as its id: one word with a digit in it."""
    return bool(_BARE_ID.fullmatch(text))
