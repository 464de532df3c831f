"""The health endpoint `/healthz`, for load balancers and container health checks."""

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse

PATH = "/healthz"


class HealthMiddleware:
    """Answers `/healthz` before anything asks for our host name or https: a health check knows neither."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The health of this process, or the answer to any other request."""
        return healthz() if request.path == PATH else self.get_response(request)


def healthz() -> HttpResponse:
    """200 "ok" while the database answers, else 503; it tells nothing more."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("database", status=503, content_type="text/plain")
    return HttpResponse("ok", content_type="text/plain")
