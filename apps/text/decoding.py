"""Decodes a text of any encoding into UTF-8 chunks, and counts what had to be replaced."""

import codecs
from collections.abc import Iterable, Iterator

from apps.text.encoding_detection import UTF8, WINDOWS, Encoding

#: Windows-1252 leaves five bytes open; those are read as Latin-1 has them, so that any byte is a letter.
_WINDOWS_LETTERS = "".join(
    bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1") for byte in range(256)
)
_REPLACEMENT = "\ufffd"
_MARK = "\ufeff"


class Decoder:
    """Turns chunks of one encoding into UTF-8 without mark and NULs; counts what it replaced."""

    def __init__(self, encoding: Encoding) -> None:
        self.encoding = encoding
        self.nuls = 0
        self.replaced = 0
        self._is_first = True
        name = encoding.name.lower()
        is_windows = encoding.name == WINDOWS
        self._decoder = None if is_windows else codecs.getincrementaldecoder(name)(errors="replace")

    def utf8(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The chunks as UTF-8."""
        for chunk in chunks:
            yield self._converted(chunk)
        if self._decoder and (rest := self._decoder.decode(b"", final=True)):
            yield self._encoded(rest)

    def _converted(self, chunk: bytes) -> bytes:
        if self.encoding == Encoding(UTF8):
            if self._is_first:
                self._is_first = False
                chunk = chunk.removeprefix(codecs.BOM_UTF8)
            if b"\0" not in chunk:
                return chunk
            self.nuls += chunk.count(0)
            return chunk.replace(b"\0", _REPLACEMENT.encode())
        if self._decoder is None:
            return self._encoded(codecs.charmap_decode(chunk, "strict", _WINDOWS_LETTERS)[0])
        return self._encoded(self._decoder.decode(chunk))

    def _encoded(self, text: str) -> bytes:
        if self._is_first and text:
            self._is_first = False
            text = text.removeprefix(_MARK)
        if self._decoder:
            self.replaced += text.count(_REPLACEMENT)
        if "\0" in text:
            self.nuls += text.count("\0")
            text = text.replace("\0", _REPLACEMENT)
        # A lone half of a letter of UTF-16 is no letter.
        return text.encode("utf-8", "replace")
