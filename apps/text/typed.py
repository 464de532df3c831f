"""The one rule for what a person typed or pasted: what cannot be seen separates words, and surrounds nothing.

Joiners are letters of a script: an emoji of several people and a Persian word hold together by them. They stay
inside a text, and make none by themselves.
"""

import re

#: Every character that draws a space, a line's end or nothing, and that people do not know they typed: spaces of all
#: widths, control characters, zero-width spaces, word joiners, byte order marks, blanks of Hangul and Braille.
_BLANKS = (
    "\x00-\x20\x7f-\xa0\u115f\u1160\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u2060-\u2064"
    "\u2800\u3000\u3164\ufeff\uffa0"
)
#: Zero-width (non-)joiners, variation selectors and marks of direction: part of a text, and no text alone.
_UNSEEN = "\u034f\u061c\u200c-\u200f\u202a-\u202e\u2066-\u2069\ufe00-\ufe0f"
#: A hyphen that shows at the end of a line alone: pages put it into words, and it belongs to none.
_SOFT_HYPHEN = "\xad"

_BLANK = re.compile(f"[{_BLANKS}]+")
_NOT_BLANK = re.compile(f"[^{_BLANKS}]")
_SEPARATORS = re.compile(f"[{_BLANKS},;]+")
_SEEN = re.compile(f"[^{_BLANKS}{_UNSEEN}{_SOFT_HYPHEN}]")
_NOT_SEEN = re.compile(f"[{_BLANKS}{_UNSEEN}{_SOFT_HYPHEN}]+")


def one_line(text: str) -> str:
    """Blanks of every kind as single spaces, none at the ends; joiners stay. "" where nothing is seen."""
    line = _BLANK.sub(" ", text.replace(_SOFT_HYPHEN, "")).strip(" ")
    return line if _SEEN.search(line) else ""


def trimmed(text: str) -> str:
    """A text to the letter, without the blanks of every kind around it; "" for nothing seen."""
    return _trim(text) if _SEEN.search(text) else ""


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen."""
    return not _SEEN.search(text)


def one_word(text: str) -> str:
    """An id, an address or a number: nothing unseen in it but single spaces between words."""
    words = (_NOT_SEEN.sub("", word) for word in _BLANK.split(text.replace(_SOFT_HYPHEN, "")))
    return " ".join(filter(None, words))


def as_shown(text: str) -> str:
    """A text as a page shows it, in small letters, to compare a name with what was copied of it."""
    return one_word(text).casefold()


def words_of(text: str) -> list[str]:
    """The pieces of a text that a person separated by commas, semicolons, blanks or lines, each as one word."""
    return [word for piece in _SEPARATORS.split(text) if (word := one_word(piece))]


def unseen_in(text: str) -> list[str]:
    """The code points that nobody sees, each once, such as "U+200B"; ordinary spaces and line ends are none."""
    found = (sign for run in _NOT_SEEN.findall(text) for sign in run if sign not in " \t\r\n")
    return [f"U+{ord(sign):04X}" for sign in dict.fromkeys(found)]


def _trim(text: str) -> str:
    first, last = _NOT_BLANK.search(text), _NOT_BLANK.search(text[::-1])
    # A pattern for blanks at the end would try each run of them inside the text.
    return text[first.start() : len(text) - last.start()] if first and last else ""
