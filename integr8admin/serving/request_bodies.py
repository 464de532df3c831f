"""Reads request bodies completely, within limits of size, time and rate, before Django is called."""

import asyncio
import contextlib
import tempfile
from collections.abc import Awaitable, Callable
from typing import IO, Any

from integr8admin.serving.headers import Headers, value_of
from integr8admin.serving.minimum_rate import MinimumRate

Receive = Callable[[], Awaitable[dict[str, Any]]]

#: A larger body waits on the disk.
_IN_MEMORY = 262_144
#: How long, and how much of, a refused body is still taken, so that a browser reads the answer before it sees the end.
_DRAIN_SECONDS = 5.0
_DRAIN_BYTES = 64_000_000


class Refused(Exception):
    """A request that is answered without reading it; `status` is 400, 408 or 413."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


class ClientDisconnected(Exception):
    """The client went away."""


async def read_body(
    receive: Receive, headers: Headers, most_bytes: int, seconds: float, minimum_rate: MinimumRate
) -> tuple[IO[bytes], int]:
    """The body and its size. Raises `Refused`, `ClientDisconnected`."""
    announced = value_of(headers, b"content-length")
    if announced and (not announced.isdigit() or len(announced) > 15):
        raise Refused(400)
    if announced and int(announced) > most_bytes:
        raise Refused(413)
    body: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115
    size = 0
    is_whole = not announced and not value_of(headers, b"transfer-encoding")
    try:
        async with asyncio.timeout(seconds):
            while not is_whole:
                message = await minimum_rate.wait(receive())
                if message["type"] == "http.disconnect":
                    raise ClientDisconnected
                chunk = message.get("body", b"")
                size += len(chunk)
                if size > most_bytes:
                    raise Refused(413)
                body.write(chunk)
                minimum_rate.moved(len(chunk))
                is_whole = not message.get("more_body", False)
    except TimeoutError:
        body.close()
        raise Refused(408) from None
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return body, size


async def drain(receive: Receive) -> None:
    """Take what still comes of a refused body, for a short time."""
    size = 0
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_DRAIN_SECONDS):
            while size < _DRAIN_BYTES:
                message = await receive()
                size += len(message.get("body", b""))
                if message["type"] == "http.disconnect" or not message.get("more_body", False):
                    return
