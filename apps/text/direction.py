"""Texts of others beside our own: none may turn around what stands next to it (the bidirectional algorithm, UAX #9).

In markup a text is isolated by an element, in plain text (titles, options, labels, mails) by two characters.
"""

import re
from html import escape

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"
# Letters from right to left, and every mark of direction; a text without them turns nothing around.
_TURNS = re.compile(
    "[\u0590-\u08ff\u200e\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe\U00010800-\U00010fff"
    "\U0001e800-\U0001efff]"
)
_OPENING, _CLOSING = frozenset("\u2066\u2067\u2068"), POP_ISOLATE
# They end a paragraph, and with it every isolate.
_PARAGRAPHS = re.compile("[\x1c-\x1e\x85\u2028\u2029]")


def turns(text: str) -> bool:
    """Whether the text can change the direction of what stands beside it."""
    # Most texts are plain, which is told ten times as fast as by the search.
    return not text.isascii() and bool(_TURNS.search(text))


def isolated(text: str) -> str:
    """A text for the middle of a sentence: between two characters that keep its direction inside, where it has one."""
    return f"{FIRST_STRONG_ISOLATE}{contained(text)}{POP_ISOLATE}" if turns(text) else text


def isolated_html(text: str) -> str:
    """The same as markup, escaped: in an element of its own, where the text has a direction."""
    return f"<bdi>{escape(contained(text))}</bdi>" if turns(text) else escape(text)


def contained(text: str) -> str:
    """The text as it may stand in an isolate: whatever it opens it closes, and it closes nothing else."""
    text = _PARAGRAPHS.sub(" ", text)
    kept, depth = [], 0
    for sign in text:
        if sign == _CLOSING:
            if not depth:
                continue
            depth -= 1
        elif sign in _OPENING:
            depth += 1
        kept.append(sign)
    return "".join(kept) + _CLOSING * depth
