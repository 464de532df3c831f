"""Django's configuration of this app."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """Names the app."""

    name = "apps.resources"
