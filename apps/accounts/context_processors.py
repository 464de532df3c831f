"""What templates know of the person who is signed in."""

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts.policy import Permissions


def permissions(request: HttpRequest) -> dict[str, object]:
    """`may`: what the person may do, by the names of `Capability`; who it is, is read when a template asks."""
    return {"may": SimpleLazyObject(lambda: Permissions(getattr(request, "user", AnonymousUser())))}
