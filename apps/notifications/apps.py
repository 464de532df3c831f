"""The Django configuration of this app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Names the app, and has the worker remind people of old keys."""

    name = "apps.notifications"

    def ready(self) -> None:
        """Register the reminder with the worker's hourly work."""
        from apps.jobs import upkeep
        from apps.notifications import key_renewal

        upkeep.register(key_renewal.remind)
