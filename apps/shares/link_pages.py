"""The address of the page that a link opens."""

from django.conf import settings
from django.urls import reverse

from apps.shares.sharing import NewLink


def link_of(made: NewLink) -> str:
    """The whole address of a new link, under SITE_URL whatever host the request named."""
    return settings.SITE_URL + reverse("shares:guest", args=[made.key])
