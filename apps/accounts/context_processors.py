"""What templates know of the person who is signed in."""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from apps.accounts.access import service_of_page
from apps.accounts.policy import Permissions


def permissions(request: HttpRequest) -> dict[str, object]:
    """`may`: what the person may do at the page's service, by the names of `Capability`; read when a template asks.

    `has_passwords`: whether anybody signs in with one, and `openid_name`, of the provider, "" for none.
    """
    return {
        "has_passwords": settings.PASSWORD_SIGN_IN,
        "openid_name": settings.OPENID_PROVIDER.name if settings.OPENID_PROVIDER else "",
        "may": SimpleLazyObject(
            lambda: Permissions(getattr(request, "user", AnonymousUser()), service_of_page(request))
        ),
    }
