"""The way to the OpenID provider and back."""

from collections.abc import Callable

from allauth.core import ratelimit
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from apps.accounts import unsent_forms
from apps.accounts.openid.adapter import refused_page
from apps.accounts.openid.current import current_provider
from apps.accounts.openid.provider import DeskAdapter, DeskProvider
from apps.accounts.openid.refusals import Refused
from apps.accounts.safe_redirects import next_path


def openid_start(request: HttpRequest) -> HttpResponseBase:
    """To the provider, to sign in."""
    return _begin(request, DeskProvider.begin, next_path(request, ""))


def go_and_sign_in(request: HttpRequest, page: str) -> HttpResponseBase:
    """The same for a form of another page, which goes on to that page afterwards."""
    return _begin(request, DeskProvider.begin, page)


def openid_confirm(request: HttpRequest) -> HttpResponseBase:
    """To the provider, to sign in there anew: a fresh proof of who is signed in here."""
    return _begin(request, DeskProvider.begin_proof, next_path(request, ""))


def _begin(request: HttpRequest, begin: Callable[..., HttpResponseBase], next_page: str) -> HttpResponseBase:
    """By a page: the page's policy lets no form lead to another site."""
    configuration = current_provider()
    limited: HttpResponse | None = ratelimit.consume_or_429(request, action="login")
    if limited:
        return limited
    if unsent := unsent_forms.from_signed_text(request.POST.get(unsent_forms.FIELD, "")):
        unsent_forms.hold(request, unsent)
    try:
        provider = get_adapter(request).get_provider(request, configuration.key)
        response = begin(provider, request, next_page)
    except Refused as refused:
        return refused_page(request, refused.reason)
    if response.status_code != 302:
        return response
    address = response["Location"]
    page = render(request, "account/openid_leaving.html", {"address": address})
    page["Refresh"] = f"0;url={address}"
    return page


def openid_callback(request: HttpRequest) -> HttpResponseBase:
    """Back from the provider: signed in or confirmed, or a page that says why not."""
    current_provider()
    if request.user.is_authenticated and "state" not in request.GET:
        return redirect(settings.LOGIN_REDIRECT_URL)
    view: HttpResponseBase = OAuth2CallbackView.adapter_view(DeskAdapter)(request)
    return view
