"""Middleware of all responses: request id, security headers, packing, HTMX fragments."""

import logging
import re
import secrets
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.shortcuts import resolve_url
from django.utils.cache import patch_vary_headers
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts.safe_redirects import page_of
from apps.accounts.sign_in.addresses import SESSION_IS_OVER
from apps.ui.waiting.frame_room import with_room
from integr8admin.browser_security.headers import headers_of

GetResponse = Callable[[HttpRequest], HttpResponse]

_request_id: ContextVar[str] = ContextVar("request_id", default="-")
_ACCEPTED_REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
#: A list page is 1 % larger than with Django's 6, and packed in three quarters of the time. With 4 it is 4 % larger,
#: and a first visit larger than it may be (tests/browser/every_page/test_transfer.py).
PACKING_LEVEL = 5
#: What is shorter fits into one packet anyway.
SHORTEST_PACKED = 200
_ACCEPTS_GZIP = re.compile(r"\bgzip\b")
#: The head of a gzip file, in which a byte says that a file's name follows.
_GZIP_HEAD_BYTES, _GZIP_FLAGS_AT, _GZIP_HAS_NAME = 10, 3, 8


def current_request_id() -> str:
    """The id of the web request being answered on this thread, or "-" outside one."""
    return _request_id.get()


class RequestIdFilter(logging.Filter):
    """Gives every log record the id of the web request it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Add `request_id` to the record; never drop one."""
        # Django logs a refusal when all middleware is left, and names the request.
        request = getattr(record, "request", None)
        record.request_id = getattr(request, "request_id", None) or current_request_id()
        return True


class RefusalFilter(logging.Filter):
    """Leaves one line, a warning, of a request that is refused (4xx), as for a host that is not ours.

    Django logs these with a traceback, and some as errors: of a fault of ours that is right, but anybody can send them.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Take the traceback away; never drop a record."""
        status = getattr(record, "status_code", None)
        if isinstance(status, int) and 400 <= status < 500:
            record.exc_info = record.exc_text = None
            if record.levelno > logging.WARNING:
                record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class RequestIdMiddleware:
    """Names each request, in the log, on error pages and in the `X-Request-ID` header."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    @with_room
    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the request under an id: the proxy's when it sent a plain one, else a new one."""
        given = request.headers.get("X-Request-ID", "")
        request_id = given if _ACCEPTED_REQUEST_ID.fullmatch(given) else uuid.uuid4().hex[:12]
        token = _request_id.set(request_id)
        request.request_id = request_id  # type: ignore[attr-defined]
        try:
            response: HttpResponseBase = self.get_response(request)
        finally:
            _request_id.reset(token)
        if isinstance(response, StreamingHttpResponse) and not isinstance(response, FileResponse):
            response.streaming_content = _made_under(request_id, response.streaming_content)  # type: ignore[arg-type]
        if not is_immutable(response):
            response["X-Request-ID"] = request_id
        return response


def _made_under(request_id: str, parts: Iterable[bytes]) -> Iterator[bytes]:
    """The parts of an answer that is made while it is sent, each under the id of its request."""
    remaining = iter(parts)
    while True:
        token = _request_id.set(request_id)
        try:
            part = next(remaining, None)
        finally:
            _request_id.reset(token)
        if part is None:
            return
        yield part


def is_immutable(response: HttpResponseBase) -> bool:
    """Whether it is a file that never changes under its name: nobody asks about it, or for it, a second time."""
    return "immutable" in response.get("Cache-Control", "")


class SecurityHeadersMiddleware:
    """Strict headers on every answer: static files, error pages and redirects to https included."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers to the answer."""
        response = self.get_response(request)
        if is_immutable(response):
            del response["Last-Modified"], response["ETag"]
        headers = headers_of(response.get("Content-Type", ""), is_https=request.is_secure())
        for name, value in headers.items():
            response.setdefault(name, value)
        return response


class CompressionMiddleware(GZipMiddleware):
    """Packs answers with gzip, as Django does, with less of the processor: it was a seventh of what a list page takes.

    Those that are streamed are left to Django.
    """

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """The answer, packed where the browser takes that and it becomes shorter by it."""
        if not isinstance(response, HttpResponse):
            return super().process_response(request, response)
        content = response.content
        if len(content) < SHORTEST_PACKED or response.has_header("Content-Encoding"):
            return response
        patch_vary_headers(response, ("Accept-Encoding",))
        if not _ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
            return response
        packed = _packed(content, self.max_random_bytes)
        if len(packed) < len(content):
            response.content = packed
            response["Content-Length"] = str(len(packed))
            response["Content-Encoding"] = "gzip"
            if etag := response.get("ETag", ""):
                # Equal in meaning, not byte for byte.
                response["ETag"] = etag if etag.startswith("W/") else f"W/{etag}"
        return response


def _packed(content: bytes, most_random_bytes: int) -> bytes:
    """With a name of random length in it: a page's secrets are not found out by how well guesses pack (BREACH)."""
    packed = zlib.compress(content, PACKING_LEVEL, wbits=31)
    head = bytearray(packed[:_GZIP_HEAD_BYTES])
    head[_GZIP_FLAGS_AT] = _GZIP_HAS_NAME
    name = secrets.token_hex(most_random_bytes)[: secrets.randbelow(most_random_bytes)].encode() + b"\0"
    return bytes(head) + name + packed[_GZIP_HEAD_BYTES:]


class FragmentMiddleware:
    """Keeps pages and fragments of one URL apart, and sends an HTMX request to sign in as a page.

    HTML is never kept by a browser or proxy: it holds one person's data, and Back must not show a fragment.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, then mark the answer as personal and turn a redirect to sign-in into a page change."""
        response = self.get_response(request)
        patch_vary_headers(response, ["HX-Request"])
        response.setdefault("Cache-Control", "private, no-store")
        if response.status_code != 302 or not getattr(request, "htmx", None):
            return response
        login_url = resolve_url(settings.LOGIN_URL)
        if response["Location"].split("?")[0] == login_url:
            page = _wanted_page(request)
            is_over = response["Location"].endswith(f"&{SESSION_IS_OVER}")
            address = _login_url_for(login_url, page) + (f"&{SESSION_IS_OVER}" if is_over else "")
            return HttpResponseClientRedirect(address)
        return response


def _wanted_page(request: HttpRequest) -> str:
    """Where somebody goes on after signing in: what they asked of their page, as a filter, else that page itself."""
    page = page_of(request)
    if request.method == "GET" and urlsplit(page).path == request.path:
        return request.get_full_path()
    return page


def _login_url_for(login_url: str, page: str) -> str:
    return f"{login_url}?{urlencode({'next': page})}"
