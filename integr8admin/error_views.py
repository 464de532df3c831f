"""The error pages of the site (400, 403, 404, 500), and of requests that could not be read."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.policy import RoleNeeded
from integr8admin.serving.limits import most_body_bytes


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return render(
        request, f"errors/{status}.html", {"request_id": getattr(request, "request_id", "-")}, status=status
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the request cannot be understood."""
    return _page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person's role does not allow this. The words alone for HTMX, which swaps them into the page."""
    context = {
        "reason": str(exception) if isinstance(exception, RoleNeeded) else "",
        "request_id": getattr(request, "request_id", "-"),
    }
    htmx = getattr(request, "htmx", None)
    template = "errors/_forbidden.html" if htmx and not htmx.boosted else "errors/403.html"
    return render(request, template, context, status=403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: there is no such page, or it is not this person's."""
    return _page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: a fault of ours; the page names the request id to quote and needs neither database nor session."""
    return _page(request, 500)


def unread(request: HttpRequest, status: int) -> HttpResponse:
    """400, 408 or 413: a request that was not read to its end. The page needs neither database nor session."""
    context = {
        "request_id": getattr(request, "request_id", "-"),
        "most_bytes": most_body_bytes(request.path, settings.REQUEST_BODY_BYTES),
    }
    return render(request, f"errors/unread_{status}.html", context, status=status)
