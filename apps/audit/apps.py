"""The Django configuration of this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Names the app, and what the worker does with entries that nobody closed in time."""

    name = "apps.audit"

    def ready(self) -> None:
        """Register the step of `OpenEntry`, which the worker takes when the entry's deadline has passed."""
        from apps.audit.models import OpenEntry
        from apps.audit.overdue import close_as_unknown

        OpenEntry.on_overdue = staticmethod(close_as_unknown)
