"""The Django configuration of this app."""

import logging

from django.apps import AppConfig
from django.conf import settings


class JobsConfig(AppConfig):
    """Names the app, reads the failpoints, and keeps the queue's line for each task out of the log."""

    name = "apps.jobs"

    def ready(self) -> None:
        """Read FAILPOINTS, in every process before it does anything, and register the beat's receiver.

        Raises `ImproperlyConfigured` for a failpoint that is none.
        """
        from django_q.signals import post_execute

        from apps.jobs import cleaning, old_rows, upkeep
        from apps.jobs.failpoints import parse
        from apps.jobs.health import task_finished

        parse(settings.FAILPOINTS)
        upkeep.register(cleaning.clean)
        cleaning.register("tasks of the queue", old_rows.remove_old_tasks)
        cleaning.register("sessions", old_rows.remove_old_sessions)
        cleaning.register("tries to sign in and known networks", old_rows.remove_old_sign_ins)
        post_execute.connect(task_finished, dispatch_uid="apps.jobs.health")
        logging.getLogger("django-q").setLevel(logging.WARNING)
