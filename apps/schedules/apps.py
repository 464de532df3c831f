"""The Django configuration of this app."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """Names the app, and says what the worker does with a schedule."""

    name = "apps.schedules"

    def ready(self) -> None:
        """Register the worker's functions."""
        from apps.jobs import cleaning
        from apps.jobs.steps import register
        from apps.schedules.models import Schedule
        from apps.schedules.old_runs import remove_old_runs
        from apps.schedules.steps import gave_up, step

        register(Schedule, step, gave_up)
        cleaning.register("runs of schedules", remove_old_runs)
