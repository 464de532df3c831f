"""The Django configuration of this app."""

from django.apps import AppConfig


class BulkConfig(AppConfig):
    """Names the app, and says what the worker does with a bulk run."""

    name = "apps.bulk"
    verbose_name = "Bulk runs"

    def ready(self) -> None:
        """Register the worker's functions."""
        from apps.bulk.models import BulkRun
        from apps.bulk.old_runs import remove_old
        from apps.bulk.run.steps import gave_up, step
        from apps.jobs import cleaning
        from apps.jobs.steps import register

        register(BulkRun, step, gave_up)
        cleaning.register("runs", remove_old)
