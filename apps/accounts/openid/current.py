"""The provider that is set now."""

from django.conf import settings
from django.http import Http404

from apps.accounts.openid.configuration import OpenIDProvider


def current_provider() -> OpenIDProvider:
    """The provider of the settings. Raises `Http404` where there is none."""
    if settings.OPENID_PROVIDER is None:
        raise Http404("No OpenID provider is set.")
    return settings.OPENID_PROVIDER
