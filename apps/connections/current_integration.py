"""The current integration of a page: the one in its URL, else the last one looked at, else the first."""

from collections.abc import Sequence
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from apps.accounts.preferences import COOKIE_SECONDS
from apps.connections.models import Integration

#: Remembers which integration a person looked at last, for pages that belong to none.
INTEGRATION_COOKIE = "integration"


def current_integration(request: HttpRequest, available: Sequence[Integration]) -> Integration | None:
    """The integration of this page among those the person may see; None when there is none."""
    match = request.resolver_match
    wanted = (
        (match.kwargs.get("integrationID") if match else None)
        or request.GET.get("integration_id")
        or unquote(request.COOKIES.get(INTEGRATION_COOKIE, ""))
    )
    by_id = {integration.integration_id: integration for integration in available}
    return by_id.get(wanted or "") or next(iter(available), None)


def remember_integration(request: HttpRequest, response: HttpResponse, integration_id: str) -> None:
    """Keep the integration in the browser, for pages that belong to none."""
    # Only ASCII: a server that cannot read one cookie drops all, and the person would be signed out.
    value = quote(integration_id, safe="")
    if value and request.COOKIES.get(INTEGRATION_COOKIE) != value:
        response.set_cookie(
            INTEGRATION_COOKIE,
            value,
            max_age=COOKIE_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=settings.SESSION_COOKIE_SECURE,
        )
