"""Any file's bytes as UTF-8 text in chunks: which encoding it has, and what had to be replaced."""

import codecs
import gzip
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

CHUNK_BYTES = 1 << 20
UTF8 = "UTF-8"
WINDOWS = "Windows-1252"

_MARKS = (
    (codecs.BOM_UTF32_LE, "UTF-32-LE"),
    (codecs.BOM_UTF32_BE, "UTF-32-BE"),
    (codecs.BOM_UTF8, UTF8),
    (codecs.BOM_UTF16_LE, "UTF-16-LE"),
    (codecs.BOM_UTF16_BE, "UTF-16-BE"),
)
_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
#: Windows-1252 leaves five bytes open; those are read as Latin-1 has them, so that any byte is a letter.
_WINDOWS_LETTERS = "".join(
    bytes([byte]).decode("cp1252", "ignore") or bytes([byte]).decode("latin-1") for byte in range(256)
)
_REPLACEMENT = "\ufffd"
_MARK = "\ufeff"


class NoTable(Exception):
    """The file is none that can be looked into; the text says why, for the person."""


class TooLarge(Exception):
    """The file is larger than may be looked into."""


@dataclass(frozen=True)
class Encoding:
    """How bytes are read as text; `is_damaged`: single bytes do not fit it and are replaced."""

    name: str
    is_damaged: bool = False


def opened(path: Path) -> BinaryIO | gzip.GzipFile:
    """The file's content, unpacked where it is packed with gzip. Raises `NoTable` for a ZIP file."""
    with path.open("rb") as file:
        start = file.read(4)
    if start.startswith(_GZIP):
        return gzip.open(path, "rb")
    if start == _ZIP:
        raise NoTable("The file is a ZIP archive or an Excel workbook; only CSV can be looked into.")
    return path.open("rb")


def chunks_of(path: Path, limit: int) -> Iterator[bytes]:
    """The unpacked content piece by piece. Raises `NoTable` when what it is packed in is broken, `TooLarge`."""
    count = 0
    try:
        with opened(path) as file:
            while chunk := file.read(CHUNK_BYTES):
                count += len(chunk)
                if count > limit:
                    raise TooLarge
                yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NoTable("The file is packed with gzip, and the packing is broken.") from error


def start_of(data: bytes) -> bytes:
    """The beginning of a file, unpacked where it is packed; as much as there is of it."""
    if not data.startswith(_GZIP):
        if data.startswith(_ZIP):
            raise NoTable("The file is a ZIP archive or an Excel workbook; only CSV can be looked into.")
        return data
    try:
        return zlib.decompressobj(wbits=31).decompress(data, 4 * CHUNK_BYTES)
    except zlib.error as error:
        raise NoTable("The file is packed with gzip, and the packing is broken.") from error


def encoding_of(chunks: Iterable[bytes], *, is_cut: bool = False) -> Encoding:
    """The encoding of a text: by its mark, by its NULs, else UTF-8 when it is, else Windows-1252.

    `is_cut`: the last letter may be there in part only.
    """
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
    if half >= 4 and odd > half * 0.4 and even < half * 0.1:
        return Encoding("UTF-16-LE")
    if half >= 4 and even > half * 0.4 and odd < half * 0.1:
        return Encoding("UTF-16-BE")
    return None


def _damaged(chunk: bytes, others_before: int) -> Encoding:
    """UTF-8 with damaged bytes when more letters read well than badly, else Windows-1252."""
    text = chunk.decode("utf-8", "replace")
    bad = text.count(_REPLACEMENT)
    good = others_before + _letters_beyond_ascii(text) - bad
    return Encoding(UTF8, is_damaged=True) if good and good >= bad else Encoding(WINDOWS)


def _letters_beyond_ascii(text: str) -> int:
    return len(text) - len(text.encode("ascii", "ignore"))


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
