"""Django's configuration of this app."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Names the app."""

    name = "apps.exports"
