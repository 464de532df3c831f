"""Decompresses gzip and ZIP files piece by piece; names other formats that are not text."""

import gzip
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

_GZIP = b"\x1f\x8b"
_ZIP = b"PK\x03\x04"
_NO_TEXTS = (
    (b"BZh", "packed with bzip2"),
    (b"\xfd7zXZ\x00", "packed with xz"),
    (b"\x28\xb5\x2f\xfd", "packed with Zstandard"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Excel workbook of the old kind"),
    (b"PAR1", "a Parquet file"),
    (b"%PDF-", "a PDF document"),
    (b"PK\x05\x06", "an empty ZIP archive"),
)
_LOCAL_HEADER = struct.Struct("<4sHHHHHIIIHH")
_IS_ENCRYPTED = 0x1
_WORKBOOK = "[Content_Types].xml"
_ONLY_CSV = "only CSV can be looked into"
_BROKEN_GZIP = "The file is packed with gzip, and the packing is broken."
_BROKEN_ZIP = "The file is a ZIP archive, and the packing is broken."
_NO_ZIP = f"The file is a ZIP archive that holds no CSV file, or several; {_ONLY_CSV}."


class NotATable(Exception):
    """The file is none that can be looked into; the text says why, for the person."""


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes] | gzip.GzipFile]:
    """The file's content, unpacked. Raises `NotATable` when it is no text, or what it is packed in is broken."""
    try:
        with path.open("rb") as file:
            start = file.read(16)
            file.seek(0)
            refuse_other_than_text(start)
            if start.startswith(_GZIP):
                with gzip.open(file) as unpacked:
                    yield unpacked
            elif start.startswith(_ZIP):
                with zipfile.ZipFile(file) as archive, archive.open(_only_member(archive)) as member:
                    yield member
            else:
                yield file
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise NotATable(_BROKEN_ZIP) from error
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise NotATable(_BROKEN_ZIP if start.startswith(_ZIP) else _BROKEN_GZIP) from error


def start_of(data: bytes, limit: int) -> bytes:
    """The beginning of a file, unpacked; as much as there is of it. Raises `NotATable`."""
    refuse_other_than_text(data)
    try:
        if data.startswith(_GZIP):
            return zlib.decompressobj(wbits=31).decompress(data, limit)
        if data.startswith(_ZIP):
            return _start_of_member(data, limit)
    except zlib.error as error:
        raise NotATable(_BROKEN_GZIP if data.startswith(_GZIP) else _BROKEN_ZIP) from error
    return data


def refuse_other_than_text(start: bytes) -> None:
    """Raise `NotATable` with the name of what the file is, where its first bytes say that it is no text."""
    for mark, words in _NO_TEXTS:
        if start.startswith(mark):
            raise NotATable(f"The file is {words}; {_ONLY_CSV}.")


def _only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    members = [
        one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith("__MACOSX/")
    ]
    if any(one.filename == _WORKBOOK for one in members):
        raise NotATable(f"The file is an Excel workbook; {_ONLY_CSV}.")
    if len(members) != 1:
        raise NotATable(_NO_ZIP)
    if members[0].flag_bits & _IS_ENCRYPTED:
        raise NotATable(f"The file is a ZIP archive with a password; {_ONLY_CSV}.")
    return members[0]


def _start_of_member(data: bytes, limit: int) -> bytes:
    """The first file of an archive whose list of files, at its end, is not there yet."""
    if len(data) < _LOCAL_HEADER.size:
        raise NotATable(_BROKEN_ZIP)
    _, _, flags, method, *_, name_length, extra_length = _LOCAL_HEADER.unpack_from(data)
    begin = _LOCAL_HEADER.size + name_length + extra_length
    name = data[_LOCAL_HEADER.size : _LOCAL_HEADER.size + name_length].decode("utf-8", "replace")
    if name == _WORKBOOK:
        raise NotATable(f"The file is an Excel workbook; {_ONLY_CSV}.")
    if flags & _IS_ENCRYPTED or method not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise NotATable(_NO_ZIP)
    if method == zipfile.ZIP_STORED:
        return data[begin:]
    return zlib.decompressobj(wbits=-zlib.MAX_WBITS).decompress(data[begin:], limit)
