"""The health endpoint `/healthz`, for load balancers and container health checks."""

from collections.abc import Callable

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect

PATH = "/healthz"


class HealthMiddleware:
    """Answers `/healthz` before anything asks for our host name or https: a health check knows neither."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The health of this process, or the answer to any other request."""
        if request.path != PATH:
            return self.get_response(request)
        return to_https() if _came_by_http(request) else healthz()


def _came_by_http(request: HttpRequest) -> bool:
    """Whether somebody asks by http through a proxy of ours; health checks ask the process itself."""
    is_through_proxy = settings.TRUSTED_PROXY_COUNT > 0 and "HTTP_X_FORWARDED_PROTO" in request.META
    return bool(settings.SECURE_SSL_REDIRECT) and is_through_proxy and not request.is_secure()


def to_https() -> HttpResponse:
    """To the same address by https, on our own host whatever the request names."""
    return HttpResponsePermanentRedirect(f"{settings.SITE_URL}{PATH}")


def healthz() -> HttpResponse:
    """200 "ok" while the database answers, else 503; it tells nothing more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
