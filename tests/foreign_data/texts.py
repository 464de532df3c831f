"""Texts that make careless readers slow: long, repetitive, wide. Each is made at any length."""

from collections.abc import Callable

_WORDS = """
a \u00e9 \u00df \ufdfa \U0001f600
\u0301\u0316 a\u0301\u0316 \u202e \u2068 \u2069 \u200d < <a <b> </b> <!-- <script </script
<![cdata[ > &lt &lt; &#1 & ; (( [ ] { } {{a}} {a " "" "a" ", "; \\" ' \\ $x$ ##X % %41 0 1, 1. - + ;=
a_ aB . a. -a. / /../
@ a@ a@b. : a:// ?a=b& # , http:// https://a@ x-amz- authorization: secret token= token=" token=\\ token='a\\ |= 1;-1;
"""
#: Repeated over and over.
UNITS = (
    *_WORDS.split(),
    *("\x00", "\x1c", "\u2028", " ", "\t", "\n", "\r", "\r\n", "a ", "a\n", "\u200b", "\u00ad"),
    *("<a ", "bearer ", "bearer a ", "api_key : ", ", ", "\t=", '"\n', "- ", "a: "),
)

#: What begins, is repeated, and ends.
FRAMES = (
    ("a@", ".", "<"),
    ("", "a", "@"),
    ("+1", " ", "x"),
    ("1", "0", "x"),
    ("0.", "0", "1"),
    ("1e", "9", ""),
    ("x", " ", "x"),
    ("x", "\u200b", "x"),
    ("x;", "\t", "="),
    ("<b>&#", "1", ";"),
    ("<", " ", "a"),
    ("<!--", "-", ""),
    ("authorization:", " ", ""),
    ("bearer", " ", "!"),
    ("token", " ", "x"),
    ("token=", " ", ""),
    ('token="', '\\"', "x"),
    ("https://a:", "b", ""),
    ("https://", "\u0301\u0316", "/"),
    ("http://[", ":", "]"),
    ("http://a?", "&", ""),
    ("2026-11-29T10:00:00.", "0", ""),
    ('{"a":', "[", ""),
    ('{"errors":["', "<a", '"]}'),
    ('{"errors":{"', "data.", '":["a"]}}'),
    ("a,b\n", 'a"b,', ""),
    ("a,b\n", '"a\n', ""),
    ("a;b\n", "\r", ""),
    ("a.", "csv.", ""),
)


def _repeated(unit: str, length: int) -> str:
    return (unit * (length // len(unit) + 1))[:length]


def _framed(start: str, unit: str, end: str) -> Callable[[int], str]:
    return lambda length: start + _repeated(unit, length) + end


def texts() -> dict[str, Callable[[int], str]]:
    """By what they are made of: a function from a length to the text."""
    made = {ascii(unit): _framed("", unit, "") for unit in UNITS}
    frames = {f"{start!a}{unit!a}*{end!a}": (start, unit, end) for start, unit, end in FRAMES}
    return made | {name: _framed(*frame) for name, frame in frames.items()}


def telling_texts() -> dict[str, Callable[[int], str]]:
    """A few of them, one of each sort."""
    made = texts()
    wanted = ["'a'", "'<a'", "'&'", "' '", "'a_'", "'a.'", "'9'", "'a,'", "'\\u0301\\u0316'", "'\\u2068'"]
    frames = [name for name in made if name.startswith(("'a@'", "'https://'", "'a,b"))]
    return {name: made[name] for name in [*(name for name in wanted if name in made), *frames]}
