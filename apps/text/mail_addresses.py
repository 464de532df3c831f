"""The email addresses in a text that was typed, or pasted from a mail program.

Read are addresses alone, with names (`"Last, First" <name@example.com>`), in groups (`Team: a@example.com, …;`), as
links (`mailto:`), with comments, and separated by commas, semicolons, blanks or lines. One pass, in linear time.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from apps.text.typed import is_blank

#: What separates people in a list, in the scripts that have signs of their own for it.
_SEPARATORS = frozenset(",;\n\r，；、")
_QUOTES = {'"': '"', "“": "”", "„": "“", "«": "»"}
_WORD = re.compile(r'(?:"[^"]*"|[^\s"])+|"')
_GROUP = re.compile(r'(?:"[^"]*"|[^"<>@,;:]*):')
_LINK = re.compile(r"^mailto:", re.IGNORECASE)


def addresses_in(text: str) -> list[str]:
    """The addresses in their order, and each piece that is none as it stands: whoever asks says so.

    What cannot be seen inside an address stays in it, so that it is found there; around it it is left out.
    """
    found: list[str] = []
    name: list[str] = []
    for piece, separator in _pieces(text):
        addresses, is_person = _addresses_of(piece)
        if not is_person:
            found += name
        # Before a person may stand the rest of a name: `Last, First <name@example.com>`.
        is_name = separator == "," and not is_person and not any("@" in address for address in addresses)
        name = addresses if is_name else []
        found += [] if is_name else addresses
    return found + name


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    """The text between separators that stand in no quotation, address or comment, each with what separates it."""
    closed = {sign for opening in _QUOTES for sign in (opening, _QUOTES[opening])}
    piece: list[str] = []
    until, is_escaped = "", False
    last = {sign: text.rfind(sign) for sign in {*closed, ">", ")"}}
    for place, sign in enumerate(text):
        if until:
            piece.append(sign)
            if is_escaped:
                is_escaped = False
            elif sign == "\\" and until == '"':
                is_escaped = True
            elif sign == until:
                until = ""
            continue
        ending = {**_QUOTES, "<": ">", "(": ")"}.get(sign, "")
        if ending and last[ending] > place:
            # One that never ends is a sign like any other.
            until = ending
        if sign in _SEPARATORS:
            yield "".join(piece), sign
            piece = []
        else:
            piece.append(sign)
    yield "".join(piece), ""


def _addresses_of(piece: str) -> tuple[list[str], bool]:
    """The addresses of one piece, and whether it is a person with an address in angle brackets."""
    piece = piece.strip()
    group = _GROUP.match(piece)
    if group and not _LINK.match(piece):
        piece = piece[group.end() :]
    inside: list[str] = []
    seen = 0
    while (begin := piece.find("<", seen)) >= 0 and (end := piece.find(">", begin)) >= 0:
        inside += _words(piece[begin + 1 : end].replace(",", " ").replace(";", " "))
        seen = end + 1
    rest = piece[seen:]
    if inside:
        return inside + [word for word in _words(_without_comments(rest)) if "@" in word], True
    return _words(_without_comments(rest)), False


def _without_comments(text: str) -> str:
    """The text without what stands in round brackets behind an address."""
    return re.sub(r"\([^()]*\)", " ", text) if "@" in text else text


def _words(text: str) -> list[str]:
    return [address for word in _WORD.findall(text) if (address := _address(word))]


def _address(word: str) -> str:
    """A word as an address: a link without its scheme and questions, nothing unseen around it."""
    first = next((place for place, sign in enumerate(word) if not is_blank(sign)), len(word))
    last = next((place for place in range(len(word), first, -1) if not is_blank(word[place - 1])), first)
    word = word[first:last]
    link = _LINK.sub("", word)
    if link != word:
        word = unquote(link)
    name, at, host = word.rpartition("@")
    return f"{name}{at}{host.partition('?')[0]}" if at else word
