"""The Django configuration of this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Checks the reports against the contract, and gives them columns and saved views."""

    name = "apps.reports"

    def ready(self) -> None:
        """Register the system checks, and the reports as lists."""
        from apps.reports import checks
        from apps.reports.chosen import viewed_report
        from apps.reports.report_types import REPORT_TABLES
        from apps.saved_views.lists import register_list

        checks.register_checks()
        for report in REPORT_TABLES:
            register_list(viewed_report(report))
