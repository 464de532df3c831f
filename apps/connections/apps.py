"""Django's configuration of this app."""

from django.apps import AppConfig


class ConnectionsConfig(AppConfig):
    """Names the app."""

    name = "apps.connections"
