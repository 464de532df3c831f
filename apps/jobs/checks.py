"""What must hold before the site or the worker may start."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.exceptions import ImproperlyConfigured

from apps.jobs.failpoints import parse


def failpoints_only_on_this_machine(**_options: Any) -> list[CheckMessage]:
    """An error when FAILPOINTS is set where people use the site, or cannot be read."""
    if not settings.FAILPOINTS:
        return []
    if not settings.IS_EMBEDDED:
        return [
            Error(
                "FAILPOINTS is set, but SITE_URL is not on this machine.",
                hint="FAILPOINTS kills processes on purpose. Unset it.",
                id="jobs.E001",
            )
        ]
    try:
        parse(settings.FAILPOINTS)
    except ImproperlyConfigured as error:
        return [Error(str(error), id="jobs.E002")]
    return []
