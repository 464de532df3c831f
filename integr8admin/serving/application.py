"""The ASGI application: reads the body, runs Django in a thread pool, sends the response."""

import asyncio
import contextlib
import logging
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from io import BytesIO
from typing import IO, Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.template.loader import render_to_string

from integr8admin.browser_security.headers import headers_of
from integr8admin.health import PATH as HEALTH_PATH
from integr8admin.serving.fairness import FairShare, TooMany
from integr8admin.serving.headers import AmbiguousHeader, Headers, accepted_headers, environ_of
from integr8admin.serving.limits import ACCOUNT_PATHS, REFUSED, Limits, most_body_bytes
from integr8admin.serving.minimum_rate import MinimumRate
from integr8admin.serving.queues import Busy, Queue
from integr8admin.serving.request_bodies import ClientDisconnected, Receive, Refused, drain, read_body
from integr8admin.serving.responses import Answer, Send, ask_django, send_answer, send_stream

logger = logging.getLogger(__name__)

#: What `Protocol` puts into a scope: a function that ends the connection at once.
ABORT = "integr8admin.abort"
_HEALTH_SECONDS = 0.8


class Application:
    """Django's WSGI handler behind limits. Pages, streams and the health check have threads of their own."""

    def __init__(self, handler: WSGIHandler, limits: Limits | None = None) -> None:
        self._handler = handler
        self._limits = limits or Limits.from_settings()
        self._proxies: int = settings.TRUSTED_PROXY_COUNT
        self._pages = ThreadPoolExecutor(self._limits.threads, "page")
        self._streams = ThreadPoolExecutor(self._limits.streams + 4, "stream")
        self._health = ThreadPoolExecutor(2, "health")
        seconds = self._limits.waiting_seconds
        self._queue = Queue(self._limits.threads, self._limits.threads * 8, seconds)
        limits = self._limits
        self._shares = FairShare(limits.threads, limits.per_person, limits.per_guest, seconds)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Answer one request. Other kinds of connections are refused."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            with contextlib.suppress(ClientDisconnected):
                await self._answer(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _answer(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        body: IO[bytes] = BytesIO()
        size, refused = 0, 0
        headers: Headers = []
        try:
            headers = accepted_headers(scope["headers"], self._proxies)
            most = most_body_bytes(scope["path"], self._limits.body_bytes)
            minimum_rate = MinimumRate(self._limits.slow_seconds, self._limits.body_rate)
            body, size = await read_body(receive, headers, most, self._limits.body_seconds, minimum_rate)
        except AmbiguousHeader:
            refused = 400
        except Refused as refusal:
            refused = refusal.status
        environ = environ_of(scope, headers, self._proxies)
        environ |= {"wsgi.input": body, "wsgi.errors": _Errors(), "CONTENT_LENGTH": str(size)}
        if refused:
            environ[REFUSED] = refused
        answer = await self._ask(scope, environ, body)
        if refused:
            answer.headers.append((b"Connection", b"close"))
        await self._send(scope, answer, receive, send, is_refused=bool(refused))

    async def _ask(self, scope: dict[str, Any], environ: dict[str, Any], body: IO[bytes]) -> Answer:
        loop = asyncio.get_running_loop()
        try:
            if scope["path"] == HEALTH_PATH:
                async with asyncio.timeout(_HEALTH_SECONDS):
                    return await loop.run_in_executor(self._health, ask_django, self._handler, environ, body)
            async with contextlib.AsyncExitStack() as turns:
                if scope["method"] == "POST" and scope["path"].startswith(ACCOUNT_PATHS):
                    await turns.enter_async_context(self._shares.account_turn(environ))
                # Behind the others that sign in, who take nobody's share while they wait.
                await turns.enter_async_context(self._shares.turn(environ))
                await turns.enter_async_context(self._queue.turn())
                return await loop.run_in_executor(self._pages, ask_django, self._handler, environ, body)
        except TimeoutError:
            return plain(503, "The database does not answer in time.")
        except TooMany:
            return alone(429)
        except Busy:
            return alone(503)

    async def _send(
        self, scope: dict[str, Any], answer: Answer, receive: Receive, send: Send, *, is_refused: bool
    ) -> None:
        minimum_rate = MinimumRate(self._limits.slow_seconds, self._limits.answer_rate)
        try:
            if answer.stream is not None:
                seconds = self._limits.stream_seconds
                await send_stream(answer, receive, send, minimum_rate, seconds, self._streams)
            elif is_refused:
                await send_refusal(answer, receive, send)
            else:
                await send_answer(answer, send, minimum_rate)
        except TimeoutError:
            logger.info(
                "A client was too slow with the answer to %s: the connection was closed", scope["method"]
            )
            await _cut(scope, receive)
        except Exception:
            if answer.stream is None:
                raise
            logger.warning("A stream broke off", exc_info=True)
            await _cut(scope, receive)


async def send_refusal(answer: Answer, receive: Receive, send: Send) -> None:
    """The answer to a request that was not read; it ends when what the client still sends was taken."""
    await send({"type": "http.response.start", "status": answer.status, "headers": answer.headers})
    await send({"type": "http.response.body", "body": answer.body, "more_body": True})
    if answer.status == 413:
        await drain(receive)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


def plain(status: int, words: str) -> Answer:
    """An answer that needs no thread."""
    return _made_here(status, "text/plain", f"{words}\n")


def alone(status: int) -> Answer:
    """A page that needs no thread: too many requests come in from one place (429), or from all (503)."""
    return _made_here(status, "text/html", _page(status))


@cache
def _page(status: int) -> str:
    return render_to_string(f"errors/too_many_{status}.html")


def _made_here(status: int, kind: str, text: str) -> Answer:
    body = text.encode()
    headers = [
        (b"Content-Type", f"{kind}; charset=utf-8".encode()),
        (b"Content-Length", b"%d" % len(body)),
        (b"Retry-After", b"5"),
        (b"Cache-Control", b"no-store"),
    ]
    # Browsers ignore over http what is for https.
    headers += [(name.encode(), value.encode()) for name, value in headers_of(kind, is_https=True).items()]
    return Answer(status, headers, body)


async def _cut(scope: dict[str, Any], receive: Receive) -> None:
    """End the connection in the middle of an answer, so that the client sees that it is not whole."""
    abort = scope.get("extensions", {}).get(ABORT)
    if abort is None:
        raise ConnectionAbortedError("the answer is not whole")
    abort()
    while (await receive())["type"] != "http.disconnect":
        pass


async def _live(receive: Receive, send: Send) -> None:
    while True:
        kind = (await receive())["type"]
        await send({"type": f"{kind}.complete"})
        if kind == "lifespan.shutdown":
            return


class _Errors:
    """Django writes nothing here; what a library writes goes to the log."""

    def write(self, text: str) -> None:
        """Log the text."""
        logger.warning("%s", text.rstrip())

    def writelines(self, lines: list[str]) -> None:
        """Log the lines."""
        self.write("".join(lines))

    def flush(self) -> None:
        """Nothing is kept back."""
