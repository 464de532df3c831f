"""Runs Django's handler and sends its responses; clients that read too slowly are cut off."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import IO, Any

from django.core.handlers.wsgi import WSGIHandler
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase

from integr8admin.serving.minimum_rate import MinimumRate
from integr8admin.serving.request_bodies import Receive

logger = logging.getLogger(__name__)

Send = Callable[[dict[str, Any]], Awaitable[None]]

_PIECE = 65_536
#: A stream of at most so many bytes, as most static files, is read at once.
_SHORT_BYTES = 1_000_000


@dataclass
class Answer:
    """What Django says: all of `body`, or what `stream` gives."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes = b""
    stream: HttpResponseBase | None = None


def ask_django(handler: WSGIHandler, environ: dict[str, Any], body: IO[bytes] | None) -> Answer:
    """Django's answer, worked out on this thread."""
    said: list[Any] = []

    def start(
        status: str, headers: list[tuple[str, str]], _error: Any = None, /
    ) -> Callable[[bytes], object]:
        said.extend((status, headers))
        return said.append

    try:
        response: Any = handler(environ, start)
    finally:
        if body is not None:
            body.close()
    status, headers = int(said[0][:3]), said[1]
    answer = Answer(status, [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers])
    if environ["REQUEST_METHOD"] == "HEAD":
        response.close()
        return answer
    if response.streaming and not _is_short(response):
        answer.stream = response
        return answer
    try:
        answer.body = b"".join(response)
    finally:
        response.close()
    if not response.streaming and not response.has_header("Content-Length"):
        answer.headers.append((b"Content-Length", b"%d" % len(answer.body)))
    return answer


def _is_short(response: StreamingHttpResponse) -> bool:
    length = response.get("Content-Length", "")
    return (
        getattr(response, "file_to_stream", None) is not None
        and length.isdigit()
        and int(length) <= _SHORT_BYTES
    )


async def send_answer(answer: Answer, send: Send, minimum_rate: MinimumRate) -> None:
    """Send a whole answer. Raises `TimeoutError` when the client takes it too slowly."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    body = answer.body
    for start in range(0, len(body) - _PIECE, _PIECE):
        piece = body[start : start + _PIECE]
        await minimum_rate.wait(send({"type": "http.response.body", "body": piece, "more_body": True}))
        minimum_rate.moved(len(piece))
    rest = body[(max(len(body) - 1, 0) // _PIECE) * _PIECE :]
    await minimum_rate.wait(send({"type": "http.response.body", "body": rest, "more_body": False}))


async def send_stream(
    answer: Answer, receive: Receive, send: Send, minimum_rate: MinimumRate, seconds: float, threads: Executor
) -> None:
    """Send a stream; its pieces are made on `threads`. Closes it at the end, also when the client goes away.

    Raises `TimeoutError` when the client is too slow or the whole takes too long, and what making a piece raises.
    """
    loop = asyncio.get_running_loop()
    response: Any = answer.stream
    pieces: Iterator[bytes] = iter(response)
    making: asyncio.Future[bytes | None] | None = None
    gone = asyncio.ensure_future(_until_gone(receive))
    try:
        async with asyncio.timeout(seconds):
            await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
            while True:
                making = loop.run_in_executor(threads, next, pieces, None)
                await asyncio.wait((making, gone), return_when=asyncio.FIRST_COMPLETED)
                if gone.done():
                    return
                piece = making.result()
                making = None
                if piece is None:
                    break
                for start in range(0, len(piece), _PIECE):
                    part = piece[start : start + _PIECE]
                    await minimum_rate.wait(
                        send({"type": "http.response.body", "body": part, "more_body": True})
                    )
                    minimum_rate.moved(len(part))
            await minimum_rate.wait(send({"type": "http.response.body", "body": b"", "more_body": False}))
    finally:
        gone.cancel()
        if making is None or making.done():
            loop.run_in_executor(threads, _close, response)
        else:
            # A piece is being made: what makes it is told to stop, and closed when it has.
            interrupt = getattr(response, "interrupt", None)
            if interrupt:
                interrupt()
            making.add_done_callback(lambda made: _close_after(made, loop, threads, response))


def _close_after(
    made: asyncio.Future[bytes | None], loop: asyncio.AbstractEventLoop, threads: Executor, response: Any
) -> None:
    if not made.cancelled():
        made.exception()
    loop.run_in_executor(threads, _close, response)


def _close(response: HttpResponseBase) -> None:
    try:
        response.close()
    except Exception:
        logger.exception("A stream could not be closed")


async def _until_gone(receive: Receive) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
