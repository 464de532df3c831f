"""The person who makes a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from apps.accounts.models import User


def signed_in_person(request: HttpRequest) -> User:
    """The person who makes this request; raises `PermissionDenied` when nobody is signed in."""
    if not isinstance(request.user, User):
        raise PermissionDenied("Sign in first.")
    return request.user
