"""How many files are sent at a time: to one person or network, to guests together, and to all.

Counted in each web process: a process that ends takes its counts along.
"""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from apps.accounts.access import signed_in_person
from apps.accounts.client_address import client_network

View = Callable[..., HttpResponseBase]
#: Answers a refused request: the request, why, and the status.
Refuse = Callable[[HttpRequest, str, int], HttpResponse]

RETRY_SECONDS = 10
_OWN = "You are downloading {files} already. Wait until one of them is there, then try again."
_GUEST = "Your network is downloading {files} already. Wait until one of them is there, then try again."
_SLOW_HOST = "Many files are being requested, and their host is slow to answer. Try again in a minute."
_ALL = "Many files are being downloaded at this moment. Try again in a minute."


class TooManyDownloads(Exception):
    """No further file can be sent now; the text says why. `status` is 429 for one's own limit, else 503."""

    def __init__(self, words: str, status: int) -> None:
        super().__init__(words)
        self.status = status


class DownloadSlots:
    """Who is being sent how many files."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._in_use: Counter[str] = Counter()

    def take(self, who: str, *, is_guest: bool) -> Callable[[], None]:
        """Take a slot; calling the result releases it, once.

        Raises `TooManyDownloads` when the limit of the person, the guests or the process is reached.
        """
        own = settings.STREAMS_PER_GUEST if is_guest else settings.STREAMS_PER_PERSON
        # Guests leave half of the slots to those who work here.
        most = settings.STREAMS_AT_ONCE // 2 if is_guest else settings.STREAMS_AT_ONCE
        key = f"{'guest' if is_guest else 'person'}:{who}"
        with self._lock:
            if self._in_use[key] >= own:
                files = "1 file" if own == 1 else f"{own} files"
                raise TooManyDownloads((_GUEST if is_guest else _OWN).format(files=files), 429)
            counted = self._of_guests() if is_guest else self._in_use.total()
            if counted >= most or self._in_use.total() >= settings.STREAMS_AT_ONCE:
                raise TooManyDownloads(_ALL, 503)
            self._in_use[key] += 1
        return _Once(lambda: self._release(key))

    def _of_guests(self) -> int:
        return sum(count for key, count in self._in_use.items() if key.startswith("guest:"))

    def _release(self, key: str) -> None:
        with self._lock:
            self._in_use[key] -= 1
            if self._in_use[key] <= 0:
                del self._in_use[key]


class OpeningSlots:
    """Requests that wait, each on a thread that pages need too, until a file's host begins to answer.

    Pages keep half of the threads whatever that host does, and guests have half of the others.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: Counter[bool] = Counter()

    @contextmanager
    def opening(self, *, is_guest: bool) -> Iterator[None]:
        """A context for the time in which a file is opened.

        Raises `TooManyDownloads` when as many files are being opened as may be.
        """
        most = max(1, settings.WEB_THREADS // 2)
        with self._lock:
            of_guests = self._open[True] >= max(min(2, most), most // 2)
            if self._open.total() >= most or (is_guest and of_guests):
                raise TooManyDownloads(_SLOW_HOST, 503)
            self._open[is_guest] += 1
        try:
            yield
        finally:
            with self._lock:
                self._open[is_guest] -= 1


class _Once:
    """Calls a function the first time."""

    def __init__(self, function: Callable[[], None]) -> None:
        self._function: Callable[[], None] | None = function

    def __call__(self) -> None:
        function, self._function = self._function, None
        if function:
            function()


download_slots = DownloadSlots()
opening_slots = OpeningSlots()


class _Held(Iterable[bytes]):
    """A stream's content that releases its slot when it is closed."""

    def __init__(self, content: Iterable[bytes], release: Callable[[], None]) -> None:
        self._content = content
        self._release = release

    def close(self) -> None:
        """Release the slot."""
        self._release()

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._content)

    def __del__(self) -> None:
        # Where nobody closes the answer.
        self.close()


def refused_page(request: HttpRequest, cause: str, status: int) -> HttpResponse:
    """The page for a person who downloads too many files."""
    return render(request, "ui/too_many_files.html", {"cause": cause}, status=status)


def limited_for_people(view: View) -> View:
    """A view that sends a file to a signed-in person, within the limits."""
    return _limited(view, lambda request: str(signed_in_person(request).pk), refused_page, is_guest=False)


def limited_for_guests(refuse: Refuse) -> Callable[[View], View]:
    """A view that sends a file to whoever has a link, within the limits of their network."""
    return lambda view: _limited(view, client_network, refuse, is_guest=True)


def _nothing() -> None:
    """No slot was taken."""


def _limited(view: View, who: Callable[[HttpRequest], str], refuse: Refuse, *, is_guest: bool) -> View:
    @wraps(view)
    def limited(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        release: Callable[[], None] = _nothing
        response: HttpResponseBase | None = None
        try:
            release = download_slots.take(who(request), is_guest=is_guest)
            with opening_slots.opening(is_guest=is_guest):
                response = view(request, *args, **kwargs)
        except TooManyDownloads as problem:
            refusal = refuse(request, str(problem), problem.status)
            refusal["Retry-After"] = str(RETRY_SECONDS)
            return refusal
        finally:
            if not isinstance(response, StreamingHttpResponse):
                release()
        if isinstance(response, StreamingHttpResponse):
            response.streaming_content = _Held(response.streaming_content, release)  # type: ignore[arg-type]
        return response

    return limited
