"""Who may open which page: the roles, as the views ask for them."""

from typing import Any

from django.contrib.auth.mixins import AccessMixin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.models import User


def signed_in_person(request: HttpRequest) -> User:
    """The person who makes this request; raises `PermissionDenied` when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user


class AdminRequiredMixin(AccessMixin):
    """A view for admins: anybody else who is signed in gets 403, a stranger the sign-in page."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request when an admin makes it."""
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        if not signed_in_person(request).is_admin:
            raise PermissionDenied("Only an admin may open this page.")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc, no-any-return]
