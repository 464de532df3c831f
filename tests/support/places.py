"""A database of places in MaxMind's format (2.0), as small as one can be: one network of IPv4, one record."""

import ipaddress
from pathlib import Path
from typing import Any, NamedTuple

_MARK = b"\xab\xcd\xefMaxMind.com"


class Number(NamedTuple):
    """A whole number: of 16 bits (kind 5), 32 (6) or 64 (9)."""

    kind: int
    value: int


def write_places(path: Path, network: str, record: dict[str, Any]) -> None:
    """Write a database in which that network alone has that record."""
    place = ipaddress.ip_network(network)
    bits = f"{int(place.network_address):032b}"[: place.prefixlen]
    count = len(bits)
    tree = b""
    for number, bit in enumerate(bits):
        # The last node leads to the record, which is the first of the data; every other way, to nothing.
        further = number + 1 if number + 1 < count else count + 16
        pair = [count, count]
        pair[int(bit)] = further
        tree += b"".join(one.to_bytes(3, "big") for one in pair)
    about = {
        "binary_format_major_version": Number(5, 2),
        "binary_format_minor_version": Number(5, 0),
        "build_epoch": Number(9, 1),
        "database_type": "Test",
        "description": {"en": "of a test"},
        "ip_version": Number(5, 4),
        "languages": ["en"],
        "node_count": Number(6, count),
        "record_size": Number(5, 24),
    }
    path.write_bytes(tree + b"\0" * 16 + _encoded(record) + _MARK + _encoded(about))


def _encoded(value: Any) -> bytes:
    if isinstance(value, dict):
        return _head(7, len(value)) + b"".join(_encoded(name) + _encoded(one) for name, one in value.items())
    if isinstance(value, list):
        return bytes([len(value), 11 - 7]) + b"".join(map(_encoded, value))
    if isinstance(value, Number):
        size = {5: 2, 6: 4, 9: 8}[value.kind]
        extended = bytes([size, value.kind - 7]) if value.kind > 7 else _head(value.kind, size)
        return extended + value.value.to_bytes(size, "big")
    return _head(2, len(value.encode())) + value.encode()


def _head(kind: int, size: int) -> bytes:
    assert size < 29
    return bytes([kind << 5 | size])
