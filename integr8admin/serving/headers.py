"""Turns request headers into Django's environ; fields that could be taken for another one are left out.

An environ turns `-` and `_` into the same letter, so a name with `_` would overrule the field that a proxy sets. Here
the names are still as they were sent.
"""

from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes

from apps.accounts.proxy_headers import THROUGH_PROXY, is_proxy_header

#: Said once, or the request means two things to two readers.
_ONCE = frozenset({b"host", b"content-length", b"content-type", b"transfer-encoding", b"authorization"})
_LEFT_OUT = frozenset({b"proxy", b"content-length", b"content-type", b"transfer-encoding"})

Headers = list[tuple[bytes, bytes]]


class AmbiguousHeader(Exception):
    """A field that may stand once stands twice."""


def accepted_headers(headers: Iterable[tuple[bytes, bytes]], proxies: int) -> Headers:
    """The fields that Django may see, names in lower case. Raises `AmbiguousHeader`."""
    kept: Headers = []
    seen = set()
    for name, value in headers:
        name = name.lower()
        if name in _ONCE:
            if name in seen:
                raise AmbiguousHeader(name.decode("latin-1"))
            seen.add(name)
        if b"_" in name or name.strip() != name or not name:
            continue
        # Nobody is believed where no proxy stands in front.
        if not proxies and is_proxy_header(name.decode("latin-1")):
            continue
        kept.append((name, value.strip(b" \t")))
    return kept


def value_of(headers: Headers, name: bytes) -> bytes:
    """The value of a field, empty where it is not there."""
    return next((value for key, value in headers if key == name), b"")


def environ_fields(headers: Headers, proxies: int) -> dict[str, str]:
    """The fields as entries of an environ; of several with one name all values, by comma."""
    fields: dict[str, str] = {}
    for name, value in headers:
        if name in _LEFT_OUT:
            continue
        key = f"HTTP_{name.decode('latin-1').upper().replace('-', '_')}"
        text = value.decode("latin-1")
        separator = "; " if name == b"cookie" else ","
        fields[key] = f"{fields[key]}{separator}{text}" if key in fields else text
    for key in ("HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT"):
        if key in fields:
            # As with addresses: each of our proxies adds one at the end, what stands before came from the client.
            said = fields[key].split(",")
            fields[key] = said[-min(proxies, len(said))].strip()
    content_type = value_of(headers, b"content-type")
    return fields | ({"CONTENT_TYPE": content_type.decode("latin-1")} if content_type else {})


def environ_of(scope: dict[str, Any], headers: Headers, proxies: int) -> dict[str, Any]:
    """The environ of a request whose body is not in it yet."""
    server = scope.get("server") or ("localhost", 80)
    client = scope.get("client") or ("", 0)
    raw_path = scope.get("raw_path")
    path = unquote_to_bytes(raw_path) if raw_path is not None else scope["path"].encode()
    return {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": scope.get("root_path", ""),
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": server[0],
        "SERVER_PORT": str(server[1] or 80),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "REMOTE_ADDR": client[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
        **({THROUGH_PROXY: True} if _is_through_proxy(scope) else {}),
        **environ_fields(headers, proxies),
    }


def _is_through_proxy(scope: dict[str, Any]) -> bool:
    """Whether a proxy said something, believed or not: what is for this machine alone asks."""
    return any(is_proxy_header(name.decode("latin-1")) for name, _ in scope.get("headers", ()))
