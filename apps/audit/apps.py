"""The Django configuration of this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Names the app, and registers what the worker does with entries that nobody closed in time and with old ones."""

    name = "apps.audit"

    def ready(self) -> None:
        """Register the step of an open entry, which is due at its deadline, and the daily one of a chain."""
        from apps.audit import overdue, retention
        from apps.audit.models import ChainStart, OpenEntry
        from apps.jobs.steps import register

        register(OpenEntry, overdue.step, overdue.gave_up)
        register(ChainStart, retention.step, retention.gave_up)
