"""Detects the encoding of a text: by its byte order mark, its NULs, whether it is UTF-8, else by its letters."""

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass

UTF8 = "UTF-8"
WINDOWS = "Windows-1252"

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)
_REPLACEMENT = "\ufffd"
#: Words of an alphabet other than Latin are runs of bytes beyond ASCII; in Latin ones such letters stand alone.
_RUN = re.compile(rb"[\x80-\xff]+")
_LONG_RUN = 3
#: Where several alphabets share their bytes, the commonest letters of a language tell them apart.
_ALPHABETS = (
    ("Windows-1251", "оеаинтсрвлкм"),
    ("KOI8-R", "оеаинтсрвлкм"),
    ("IBM866", "оеаинтсрвлкм"),
    ("Windows-1253", "αοιετσνηυρπκάίό"),
    ("Windows-1255", "יהולאמתרשבנ"),
    ("Windows-1256", "اليمونترةبسع"),
)
_COMMON_SHARE = 0.5
#: Letters of Polish and its neighbours where Western Europe has signs that stand in no word.
_CENTRAL = re.compile(
    rb"(?<=[a-zA-Z\xc0-\xff])[\xb3\xb9\xbf](?=[a-zA-Z\xc0-\xff])|(?<=[a-z])[\xb3\xb9](?=[\s,;\"|]|\Z)"
    rb"|(?<![0-9 ])[\xa3\xa5\xaf](?=[a-z\xe0-\xff])"
)
_SAMPLE = 1 << 16
#: Letters of two bytes are mostly of alphabets; two letters of ASCII read as one are not.
_FAR_AWAY, _NEAR_SHARE = "\u0800", 0.7


@dataclass(frozen=True)
class Encoding:
    """How bytes are read as text; `is_damaged`: single bytes do not fit it and are replaced."""

    name: str
    is_damaged: bool = False


def encoding_of(chunks: Iterable[bytes], *, is_cut: bool = False) -> Encoding:
    """The encoding of a text. `is_cut`: the last letter may be there in part only."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    others = 0
    is_first = True
    for chunk in chunks:
        if is_first:
            wide = _wide_encoding(chunk)
            if wide:
                return wide
            is_first = False
        try:
            text = decoder.decode(chunk)
        except UnicodeDecodeError:
            return _damaged(chunk, others)
        # Counted only where there are some: most files are plain ASCII.
        others += 0 if text.isascii() else _letters_beyond_ascii(text)
    if not is_cut:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _damaged(b"\xff", others)
    return Encoding(UTF8)


def _wide_encoding(start: bytes) -> Encoding | None:
    """The encoding that the mark at the start names, or that NULs in every other byte give away."""
    for mark, name in _MARKS:
        if start.startswith(mark):
            return None if name == UTF8 else Encoding(name)
    sample = start[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    half = len(sample) // 2
    if half < 4 or max(even, odd) < half * 0.1 or min(even, odd) > half * 0.05:
        return None
    name = "UTF-16-LE" if odd > even else "UTF-16-BE"
    text = sample[: 2 * half].decode(name.lower(), "ignore")
    # Bytes that are none of its letters make signs from far away: single NULs in a text of bytes are no encoding.
    near = sum(sign < _FAR_AWAY for sign in text)
    is_text = "\0" not in text and text[0] < _FAR_AWAY and near > _NEAR_SHARE * len(text)
    return Encoding(name) if is_text else None


def _damaged(chunk: bytes, others_before: int) -> Encoding:
    """UTF-8 with damaged bytes when more letters read well than badly, else what the letters look like in."""
    text = chunk.decode("utf-8", "replace")
    bad = text.count(_REPLACEMENT)
    good = others_before + _letters_beyond_ascii(text) - bad
    if good and good >= bad:
        return Encoding(UTF8, is_damaged=True)
    return Encoding(_by_its_letters(chunk))


def _by_its_letters(chunk: bytes) -> str:
    runs = _RUN.findall(chunk)
    sample = b"".join(runs)[:_SAMPLE]
    in_long_runs = sum(len(run) for run in runs if len(run) >= _LONG_RUN)
    if 2 * in_long_runs > sum(map(len, runs)):
        shares = [(_common_share(sample, name, common), name) for name, common in _ALPHABETS]
        share, name = max(shares)
        if share > _COMMON_SHARE:
            return name
    central = len(_CENTRAL.findall(chunk))
    return "Windows-1250" if central >= 2 and central * 6 >= len(runs) else WINDOWS


def _common_share(sample: bytes, name: str, common: str) -> float:
    """How many of the letters are the language's commonest ones. Capitals in a word count against it."""
    text = sample.decode(name, "replace")
    wrong = len(re.findall(r"(?<=[a-zа-яα-ω])[A-ZА-ЯΑ-Ω]", text))
    return (sum(text.lower().count(letter) for letter in common) - wrong) / max(len(text), 1)


def _letters_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))
