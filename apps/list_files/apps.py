"""The Django configuration of this app."""

from django.apps import AppConfig


class ListFilesConfig(AppConfig):
    """Says what the worker does with the file of a long list."""

    name = "apps.list_files"

    def ready(self) -> None:
        """Register the worker's functions."""
        from apps.jobs.steps import register
        from apps.list_files.models import ListFile
        from apps.list_files.steps import gave_up, step

        register(ListFile, step, gave_up)
