"""The Django configuration of this app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Names the app, and registers what the worker does with entries that nobody closed in time and with old ones."""

    name = "apps.audit"

    def ready(self) -> None:
        """Register the step of an open entry, which is due at its deadline, and the daily one of a chain."""
        from apps.audit import keys, overdue, retention
        from apps.audit.models import ChainStart, OpenEntry
        from apps.encryption import rotation
        from apps.jobs.steps import register

        register(OpenEntry, overdue.step, overdue.gave_up)
        register(ChainStart, retention.step, retention.gave_up)
        # Where nobody opens the log's key any more, writing goes on with a new one.
        rotation.register(
            rotation.RotatedKind(
                "keys of the change log",
                keys.outside_first_ring_key,
                keys.move_to_first_ring_key,
                is_missed=False,
            )
        )
