"""Django's configuration of this app."""

import logging

from django.apps import AppConfig
from django.core.checks import register


class JobsConfig(AppConfig):
    """Names the app, checks the failpoints, and keeps the queue's line for each task out of the log."""

    name = "apps.jobs"

    def ready(self) -> None:
        """Register the check and the beat's receiver."""
        from django_q.signals import post_execute

        from apps.jobs.checks import failpoints_only_on_this_machine
        from apps.jobs.health import task_finished

        register(failpoints_only_on_this_machine)
        post_execute.connect(task_finished, dispatch_uid="apps.jobs.health")
        logging.getLogger("django-q").setLevel(logging.WARNING)
