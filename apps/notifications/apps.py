"""The Django configuration of this app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Names the app, and has the worker remind people of old keys."""

    name = "apps.notifications"

    def ready(self) -> None:
        """Register the reminder with the worker's hourly work, and what is removed when it was kept long enough."""
        from apps.jobs import cleaning, upkeep
        from apps.notifications import key_renewal
        from apps.notifications.telling import remove_old

        upkeep.register(key_renewal.remind)
        cleaning.register("notifications", remove_old)
