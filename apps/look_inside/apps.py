"""The Django configuration of this app."""

from django.apps import AppConfig


class LookInsideConfig(AppConfig):
    """Says what the worker does with a table."""

    name = "apps.look_inside"

    def ready(self) -> None:
        """Register the worker's functions."""
        from apps.jobs.steps import register
        from apps.look_inside.models import PreparedTable
        from apps.look_inside.steps import gave_up, step

        register(PreparedTable, step, gave_up)
