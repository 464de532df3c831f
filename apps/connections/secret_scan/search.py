"""Finds a secret in bytes, in whichever way it is written there. Plain Python."""

import base64
import html
import json
import quopri
import re
import zlib
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from urllib.parse import quote, quote_plus

#: Shorter texts stand anywhere by chance.
SHORTEST = 8
_LARGEST_UNPACKED = 50_000_000
#: Line ends inside an encoded part of a mail: base64's, and the soft ones of quoted-printable.
_FOLDS = re.compile(rb"=?\r?\n[ \t]?")
#: Long enough to hold a secret that is written in yet another way.
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{24,}")
#: What opens something for whoever has it: the reset of a password, a shared file.
LINKS = re.compile(
    rb"/password/reset/key/(?!done)[0-9A-Za-z]+-(?!set-password)[0-9A-Za-z-]{20,}|/shared/[A-Za-z0-9_-]{40,}"
)


class Finding(NamedTuple):
    """One secret in one place; neither holds the secret."""

    place: str
    secret: str
    encoding: str


def forms_of(secret: bytes) -> dict[str, set[bytes]]:
    """How the secret may be written, by the name of the encoding."""
    text = secret.decode("utf-8", "replace")
    hexadecimal = secret.hex().encode()
    plain = {
        secret,
        repr(text)[1:-1].encode(),
        json.dumps(text)[1:-1].encode(),
        html.escape(text).encode(),
    }
    encoded = {
        form.encode()
        for whole in (quote(secret, safe=""), quote_plus(secret), quote(secret))
        for form in (whole, re.sub(r"%..", lambda found: found[0].lower(), whole))
    }
    return {
        "plain": plain,
        "URL-encoded": encoded - plain,
        "hex": {hexadecimal, hexadecimal.upper()},
        "base64": set(_base64_forms(secret)),
    }


def _base64_forms(secret: bytes) -> Iterator[bytes]:
    """What stands in base64 of any text that holds the secret, wherever it begins there."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret).rstrip(b"=")
        # The characters at the edges are made of what stands beside it too.
        inner = encoded[(0, 2, 3)[before] : len(encoded) - (1 if (before + len(secret)) % 3 else 0)]
        yield inner
        yield inner.translate(bytes.maketrans(b"+/", b"-_"))


class Search:
    """Looks for the same secrets in one place after another."""

    def __init__(self, secrets: Mapping[str, bytes]) -> None:
        #: Name of the secret, name of the encoding, the bytes.
        self._needles = [
            (name, encoding, form)
            for name, secret in secrets.items()
            if len(secret) >= SHORTEST
            for encoding, forms in forms_of(secret).items()
            for form in forms
        ]
        self.scanned_bytes = 0

    def findings(self, place: str, content: bytes, *, links: bool) -> Iterator[Finding]:
        """Each secret that stands in the content, once for each encoding; links that open something where asked."""
        self.scanned_bytes += len(content)
        seen: set[tuple[str, str]] = set()
        for view in _views_of(content):
            for name, encoding, form in self._needles:
                if form in view and (name, encoding) not in seen:
                    seen.add((name, encoding))
                    yield Finding(place, name, encoding)
            if links and ("link", "") not in seen and LINKS.search(view):
                seen.add(("link", ""))
                yield Finding(place, "a link that opens something", "plain")


def _views_of(content: bytes, depth: int = 2) -> Iterator[bytes]:
    """The content, without the folds of mails, and what is packed or encoded in it, one in the other too."""
    yield content
    inner = list(_unpacked(content))
    if b"\n" in content:
        inner.append(_FOLDS.sub(b"", content))
    if b"=3D" in content:
        inner.append(quopri.decodestring(content))
    if depth:
        decoded = [_decoded(run) for run in _BASE64.findall(content)]
        inner.append(b"\n".join(decoded))
        for packed in decoded:
            inner += _unpacked(packed)
    for view in filter(None, inner):
        if depth:
            yield from _views_of(view, depth - 1)
        else:
            yield view


def _decoded(run: bytes) -> bytes:
    """A run of characters of base64 as the bytes that it may stand for."""
    text = run.translate(bytes.maketrans(b"-_", b"+/"))
    return base64.b64decode(text[: len(text) // 4 * 4])


def _unpacked(content: bytes) -> Iterator[bytes]:
    """What was compressed by gzip or zlib, as far as it can be read."""
    if content[:2] == b"\x1f\x8b" or content[:1] == b"\x78":
        try:
            yield zlib.decompressobj(zlib.MAX_WBITS | 32).decompress(content, _LARGEST_UNPACKED)
        except zlib.error:
            return
