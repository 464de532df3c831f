"""Django's configuration of this app."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Names the app."""

    name = "apps.reports"
