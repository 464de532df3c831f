"""Pages about passwords, where nobody signs in with one."""

from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render

from apps.accounts.routes import View


def unless_switched_off(view: View) -> View:
    """The view, or a page with 403 that says how to sign in, where `PASSWORD_SIGN_IN` is off."""

    @wraps(view)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.PASSWORD_SIGN_IN:
            return view(request, *args, **kwargs)
        return render(request, "account/passwords_off.html", status=403)

    return answered
