"""A small site behind the real server: what it answers is known, so what the server does can be seen."""

import json
import threading
from collections.abc import Iterator

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from apps.accounts.client_address import SIGNED_IN_PERSON, client_address
from apps.ui.files.download_limits import limited_for_guests

#: Set to let `stuck` end.
released = threading.Event()
#: How many streams are open, and what was closed.
closed = threading.Event()


def page(request: HttpRequest) -> HttpResponse:
    """At once."""
    return HttpResponse(b"page")


def stuck(request: HttpRequest) -> HttpResponse:
    """When the test says so."""
    released.wait(60)
    return HttpResponse(b"done")


def who(request: HttpRequest) -> HttpResponse:
    """As somebody of that name, as the site's own middleware tells; nobody without one."""
    request.META[SIGNED_IN_PERSON] = request.META["QUERY_STRING"]
    return HttpResponse(b"who")


def head(request: HttpRequest) -> HttpResponse:
    """What arrived of the request's head and body."""
    seen = {key: value for key, value in request.META.items() if key.startswith("HTTP_")}
    seen["address"] = client_address(request) or ""
    seen["secure"] = str(request.is_secure())
    return HttpResponse(json.dumps({**seen, "body": request.body.decode(), "path": request.path}))


def form(request: HttpRequest) -> HttpResponse:
    """The fields and files of a form."""
    return HttpResponse(json.dumps({"fields": request.POST, "files": list(request.FILES)}))


def endless(request: HttpRequest) -> StreamingHttpResponse:
    """A file without an end."""

    def pieces() -> Iterator[bytes]:
        closed.clear()
        try:
            while True:
                yield b"x" * 65_536
        finally:
            closed.set()

    return StreamingHttpResponse(pieces())


def drip(request: HttpRequest) -> StreamingHttpResponse:
    """A file whose host is slow, not its reader."""

    def pieces() -> Iterator[bytes]:
        for _ in range(6):
            threading.Event().wait(0.1)
            yield b"drop"

    return StreamingHttpResponse(pieces())


def broken(request: HttpRequest) -> StreamingHttpResponse:
    """A file that breaks off."""

    def pieces() -> Iterator[bytes]:
        yield b"the beginning"
        raise OSError("the host is gone")

    return StreamingHttpResponse(pieces())


def large(request: HttpRequest) -> HttpResponse:
    """A large answer that is no stream."""
    return HttpResponse(b"y" * 30_000_000)


guest = limited_for_guests(lambda _request, words, status: HttpResponse(words, status=status))(endless)

urlpatterns = [
    path("page/", page),
    path("stuck/", stuck),
    path("account/login/", stuck),
    path("account/done/", page),
    path("invitations/made-up/", stuck),
    path("who/", who),
    path("head/", head),
    path("form/", form),
    path("endless/", endless),
    path("drip/", drip),
    path("broken/", broken),
    path("large/", large),
    path("guest/", guest),
]
handler500 = "integr8admin.error_views.server_error"
