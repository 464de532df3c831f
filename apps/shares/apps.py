"""The Django configuration of this app."""

from django.apps import AppConfig


class SharesConfig(AppConfig):
    """Says how the files of chosen rows are made, and when they are made anew."""

    name = "apps.shares"

    def ready(self) -> None:
        """Register the worker's functions, and listen to the runs of schedules."""
        from apps.jobs import cleaning
        from apps.jobs.steps import register
        from apps.schedules.run_listeners import when_ready
        from apps.shares.models import Slice
        from apps.shares.old_openings import remove_old
        from apps.shares.slices.schedule_runs import made_anew
        from apps.shares.slices.steps import gave_up, step

        register(Slice, step, gave_up)
        cleaning.register("openings of links", remove_old)
        when_ready(made_anew)
