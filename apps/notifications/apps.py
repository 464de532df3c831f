"""The Django configuration of this app."""

from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    """Names the app."""

    name = "apps.notifications"
