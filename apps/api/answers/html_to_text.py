"""Plain text out of HTML, for messages that a server wrapped in tags. Linear in the length of the text."""

import html
import re


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Elements inside a word or a sentence: without them the text goes on; any other one separates.
_INLINE = _names(
    "a abbr b bdi bdo big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup"
    " tt u var wbr"
)
#: Elements whose content is no text for people.
_UNREAD = _names("head iframe noscript object script style svg template textarea title")
_OTHERS = _names(
    "address article aside audio base blockquote body br button center dd details div dl dt fieldset"
    " figcaption figure footer form frame frameset h1 h2 h3 h4 h5 h6 header hr html img input label legend li link"
    " main math meta nav ol option p param pre section select source summary table tbody td tfoot th thead tr ul"
    " video"
)
#: Only these are tags: in "must be a <number>" the angle brackets are the sentence's own.
_ELEMENTS = _INLINE | _UNREAD | _OTHERS
_LONGEST_NAME = max(map(len, _ELEMENTS))
_AFTER_NAME = " \t\r\n\f/>"
_END_OF_CONTENT = {name: re.compile(f"</{name}", re.IGNORECASE) for name in _UNREAD}
_MAYBE_TAG = re.compile(r"<(?=[A-Za-z/!?])")
#: No letter has such a number, and Python refuses to read it.
_ENDLESS_NUMBER = re.compile(r"&#(?:[0-9]{9,}|[xX][0-9A-Fa-f]{9,});?")
_DECLARATION = re.compile(r"<(?:!--|!doctype|!\[cdata\[|\?xml)", re.IGNORECASE)


def without_markup(text: str) -> str:
    """The text without tags, comments, scripts and styles, its entities resolved; as it is where there is no tag.

    The result is plain text and no safe HTML: it may hold `<` and is escaped where it is shown. A tag that is
    never closed ends the text.
    """
    pieces: list[str] = []
    position, has_tags = 0, False
    while (found := _MAYBE_TAG.search(text, position)) is not None:
        start = found.start()
        name = _tag_name(text, start)
        if not name:
            pieces.append(text[position : start + 1])
            position = start + 1
            continue
        has_tags = True
        pieces += (text[position:start], "" if name.lstrip("/") in _INLINE else " ")
        position = _end_of(text, start, name)
    pieces.append(text[position:])
    joined = "".join(pieces)
    return html.unescape(_ENDLESS_NUMBER.sub("\ufffd", joined)) if has_tags else joined


def _tag_name(text: str, start: int) -> str:
    """The name of the tag that begins here, with its slash; "!" for a comment or declaration; "" for no tag."""
    if _DECLARATION.match(text, start):
        return "!"
    slash = text.startswith("/", start + 1)
    first = end = start + 1 + slash
    while end < len(text) and end - first <= _LONGEST_NAME and text[end] not in _AFTER_NAME:
        end += 1
    name = text[first:end].lower()
    return ("/" if slash else "") + name if name in _ELEMENTS else ""


def _end_of(text: str, start: int, name: str) -> int:
    """Where the text goes on after the tag, or after the content of an element that is not read."""
    if text.startswith("<!--", start):
        return _after(text, "-->", start)
    end = _after(text, ">", start)
    if name not in _END_OF_CONTENT:
        return end
    closing = _END_OF_CONTENT[name].search(text, end)
    return _after(text, ">", closing.start()) if closing else len(text)


def _after(text: str, sign: str, start: int) -> int:
    found = text.find(sign, start)
    return len(text) if found < 0 else found + len(sign)
