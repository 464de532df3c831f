"""The page of too many requests (429) around signing in: it says when the next one may be made.

allauth counts them in the cache and says of a refused one only that it is refused.
"""

import math
import time

from allauth.core.internal.ratelimit import get_cache_key, get_rates
from allauth.core.ratelimit import Rate
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.accounts.sign_in.limits import waiting_words

#: What allauth counts at each of our addresses: the app and the name of its limits.
_COUNTED = {
    "account_login": ("allauth.account", "login"),
    "openid_start": ("allauth.account", "login"),
    "openid_confirm": ("allauth.account", "login"),
    "account_signup": ("allauth.account", "signup"),
    "account_change_password": ("allauth.account", "change_password"),
    "account_set_password": ("allauth.account", "change_password"),
    "account_reset_password": ("allauth.account", "reset_password"),
    "account_reset_password_from_key": ("allauth.account", "reset_password_from_key"),
    "mfa_login_webauthn": ("allauth.mfa", "webauthn_login"),
}
_AT_LEAST_SECONDS = 60


def too_many(request: HttpRequest) -> HttpResponse:
    """429 with the time to wait, in words and as `Retry-After`."""
    seconds = max(1, math.ceil(_opens_at(request) - time.time()))
    context = {"when": waiting_words(seconds), "is_reset": _url_name(request) == "account_reset_password"}
    response = render(request, "429.html", context, status=429)
    response["Retry-After"] = str(seconds)
    return response


def _opens_at(request: HttpRequest) -> float:
    """When the last of the limits that are used up opens; in a minute where none is known."""
    app, action = _COUNTED.get(_url_name(request), ("allauth.account", ""))
    ends = [end for rate in get_rates(app=app, action=action) if (end := _end_of(request, app, action, rate))]
    return max(ends, default=time.time() + _AT_LEAST_SECONDS)


def _end_of(request: HttpRequest, app: str, action: str, rate: Rate) -> float | None:
    """When a limit opens that is used up; None for one that is not."""
    if rate.per == "user" and not request.user.is_authenticated:
        return None
    key = request.POST.get("email", "").strip().lower()
    name = get_cache_key(request, app=app, action=action, rate=rate, key=key)
    since = time.time() - rate.duration
    # The newest first.
    times: list[float] = [at for at in cache.get(name, []) if at > since]
    return times[rate.amount - 1] + rate.duration if len(times) >= rate.amount else None


def _url_name(request: HttpRequest) -> str:
    return (request.resolver_match.url_name if request.resolver_match else None) or ""
