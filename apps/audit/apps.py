"""The Django configuration of this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Names the app, registers what the worker does with it, and listens for what happens to the product."""

    name = "apps.audit"

    def ready(self) -> None:
        """Register the step of an open entry, the daily one of a chain and that of a window; connect the signals."""
        from apps.audit import keys, overdue, retention
        from apps.audit.events import receivers, settings_watch, windows
        from apps.audit.feed import steps as feed
        from apps.audit.models import ChainStart, EventCount, LogFeed, OpenEntry
        from apps.encryption import rotation
        from apps.jobs import cleaning
        from apps.jobs.signals import worker_starts
        from apps.jobs.steps import register

        register(OpenEntry, overdue.step, overdue.gave_up)
        register(ChainStart, retention.step, retention.gave_up)
        register(EventCount, windows.step, windows.gave_up)
        register(LogFeed, feed.step, feed.gave_up)
        cleaning.register("links of the change log", retention.remove_old_of_all)
        receivers.connect()
        worker_starts.connect(feed.begin, dispatch_uid="apps.audit.feed")
        worker_starts.connect(settings_watch.look, dispatch_uid="apps.audit.settings")
        # Where nobody opens the log's key any more, writing goes on with a new one.
        rotation.register(
            rotation.RotatedKind(
                "keys of the change log",
                keys.outside_first_ring_key,
                keys.move_to_first_ring_key,
                is_missed=False,
            )
        )
