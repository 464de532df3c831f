"""Django's configuration of this app."""

from django.apps import AppConfig


class SchedulesConfig(AppConfig):
    """Names the app."""

    name = "apps.schedules"
