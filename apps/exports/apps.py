"""The Django configuration of this app."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Checks the exports against the contract, and says what the worker does with one."""

    name = "apps.exports"

    def ready(self) -> None:
        """Register the system checks and the worker's functions."""
        from apps.exports import checks
        from apps.exports.models import ExportRequest
        from apps.exports.worker.steps import step
        from apps.exports.worker.transitions import needs_attention
        from apps.jobs.steps import register

        checks.register_checks()
        register(ExportRequest, step, gave_up=needs_attention)
