"""The Django configuration of this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Checks the reports against the contract."""

    name = "apps.reports"

    def ready(self) -> None:
        """Register the system checks."""
        from apps.reports import checks

        checks.register_checks()
