"""The checks of declarations for servers that start without `manage.py`."""

from django.core.checks import ERROR
from django.core.exceptions import ImproperlyConfigured


def check_declarations() -> None:
    """Raises `ImproperlyConfigured`, naming all that is wrong with the resources and reports that are declared."""
    from apps.reports.checks import check_reports
    from apps.resources.checks import check_resources

    wrong = [message for message in [*check_resources(), *check_reports()] if message.level >= ERROR]
    if wrong:
        raise ImproperlyConfigured(
            "\n".join(f"({one.id}) {one.msg}  {one.hint or ''}".strip() for one in wrong)
        )
