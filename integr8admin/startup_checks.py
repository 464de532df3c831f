"""Checks before serving, for the WSGI and ASGI entry points, which start without `manage.py`."""

from django.conf import settings
from django.core.checks import ERROR
from django.core.exceptions import ImproperlyConfigured


def check_before_serving() -> None:
    """Raises `ImproperlyConfigured` while an image is built, and naming all that is wrong with what is declared."""
    if settings.IS_BUILD:
        # The settings take a process for the build by its first word, which any server may be started with.
        raise ImproperlyConfigured(settings.FOR_THE_BUILD_ALONE)
    _check_declarations()


def _check_declarations() -> None:
    """The addresses, the resources and the reports."""
    from apps.accounts.checks import check_routes
    from apps.reports.checks import check_reports
    from apps.resources.declaration.system_checks import check_resources

    wrong = [
        message
        for message in [*check_resources(), *check_reports(), *check_routes()]
        if message.level >= ERROR
    ]
    if wrong:
        raise ImproperlyConfigured(
            "\n".join(f"({one.id}) {one.msg}  {one.hint or ''}".strip() for one in wrong)
        )
