"""Signing out: here at once, and then, by a link, at the provider."""

from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.views import LogoutView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from apps.accounts.openid.calls import ProviderCalls
from apps.accounts.openid.configuration import OpenIDProvider
from apps.accounts.openid.current import current_provider
from apps.accounts.openid.refusals import Refused


class SignOutView(LogoutView):  # type: ignore[misc]
    """allauth's; whoever came by the provider is told that they are still signed in there."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        """Sign out."""
        came_by_provider = _came_by_provider(request)
        response: HttpResponse = super().post(request, *args, **kwargs)
        address = _address_there() if came_by_provider else ""
        if address:
            response = render(request, "account/signed_out.html", {"address": address})
        # With the session goes what the browser stored for this site, also where no script runs.
        response["Clear-Site-Data"] = '"storage"'
        return response


def _came_by_provider(request: HttpRequest) -> bool:
    configuration: OpenIDProvider | None = settings.OPENID_PROVIDER
    records = get_authentication_records(request, request.user) if request.user.is_authenticated else []
    return configuration is not None and any(one.get("provider") == configuration.key for one in records)


def _address_there() -> str:
    """Where one signs out at the provider; "" where it says none or cannot be reached."""
    configuration = current_provider()
    calls = ProviderCalls(configuration)
    try:
        address = calls.endpoint(calls.discovered(), "end_session_endpoint")
    except Refused:
        return ""
    query = {
        "client_id": configuration.client_id,
        "post_logout_redirect_uri": f"{settings.SITE_URL}{reverse('account_login')}",
    }
    return f"{address}{'&' if '?' in address else '?'}{urlencode(query)}"
