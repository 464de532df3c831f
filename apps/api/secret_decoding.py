"""Decodes secrets (keys, passwords) read from files: byte order marks, UTF-16, control characters."""

import codecs
import unicodedata

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LINE_ENDS = "\t\n\r"


def decode_secret(content: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its byte order mark.

    Raises ValueError for other encodings; its message holds nothing of the content.
    """
    encoding = next((name for mark, name in _MARKS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        problem = "it is not text in UTF-8"
    # Outside of the handler: the decoder's error holds the content.
    raise ValueError(problem)


def has_control_characters(text: str) -> bool:
    """Whether it has characters that no one types: control characters but line ends, lone surrogates."""
    return any(unicodedata.category(c) in ("Cc", "Cs") and c not in _LINE_ENDS for c in text)
