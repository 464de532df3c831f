"""Where the log is handed on to: a file, or a syslog server (RFC 5424) over UDP or TCP."""

import json
import os
import socket
from collections.abc import Mapping, Sequence
from logging import LogRecord, makeLogRecord
from logging.handlers import SysLogHandler
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings

from apps.audit.feed.json_lines import json_line, json_object
from apps.audit.models import Link

#: What a datagram takes; of a longer entry what was sent and changed is left out.
MOST_IN_DATAGRAM = 60_000
_TIMEOUT_SECONDS = 10
_PORT = 514


def hand_on(destination: str, links: Sequence[Link], file: Mapping[str, Any]) -> dict[str, Any]:
    """Hand the links on in their order; what is to be kept of the file. Raises `OSError`, and then may have begun."""
    parts = urlsplit(destination)
    if parts.scheme == "file":
        return append_to(Path(unquote(parts.path)), links, file)
    is_tcp = parts.scheme == "syslog+tcp"
    handler = _Syslog((parts.hostname or "localhost", parts.port or _PORT), is_tcp=is_tcp)
    try:
        for link in links:
            handler.emit(makeLogRecord({"msg": _message(link, is_tcp=is_tcp), "levelname": "INFO"}))
    finally:
        handler.close()
    return {}


def append_to(path: Path, links: Sequence[Link], known: Mapping[str, Any]) -> dict[str, Any]:
    """Append the links to the file, on the disk when this returns; which file it is, and its size.

    What a process wrote that ended before its position was saved is cut off first, so it is not there twice. A file
    that was put in its place, as by logrotate, is only added to.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "r+b") as out:
        found = os.fstat(out.fileno())
        is_same = [found.st_dev, found.st_ino] == known.get("is")
        if is_same and found.st_size > known["size"]:
            out.truncate(known["size"])
        out.seek(0, os.SEEK_END)
        for link in links:
            out.write(json_line(link).encode())
        out.flush()
        os.fsync(out.fileno())
        return {"is": [found.st_dev, found.st_ino], "size": out.tell()}


class _Syslog(SysLogHandler):
    """Python's handler, which tells of what could not be sent; over TCP a line ends each message (RFC 6587)."""

    append_nul = False

    def __init__(self, address: tuple[str, int], *, is_tcp: bool) -> None:
        kind = socket.SOCK_STREAM if is_tcp else socket.SOCK_DGRAM
        former = socket.getdefaulttimeout()
        socket.setdefaulttimeout(_TIMEOUT_SECONDS)
        try:
            super().__init__(address, facility=SysLogHandler.LOG_AUTHPRIV, socktype=kind)
        finally:
            socket.setdefaulttimeout(former)

    def handleError(self, record: LogRecord) -> None:  # noqa: N802
        """Raise what was raised."""
        raise


def _message(link: Link, *, is_tcp: bool) -> str:
    """What follows the priority: header, no structured data, and the JSON as message."""
    text = json_line(link).rstrip("\n")
    if not is_tcp and len(text) > MOST_IN_DATAGRAM:
        text = _shortened(link)
    host = urlsplit(settings.SITE_URL).hostname or "-"
    at = link.at.isoformat(timespec="milliseconds")
    return f"1 {at} {host} integr8-desk - {link._meta.model_name} - {text}" + ("\n" if is_tcp else "")


def _shortened(link: Link) -> str:
    left_out = ("body", "changes", "facts", "reason")
    told = {name: value for name, value in json_object(link).items() if name not in left_out}
    return json.dumps({**told, "shortened": True}, separators=(",", ":"), default=str)
