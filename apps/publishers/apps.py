"""The Django configuration of this app."""

from django.apps import AppConfig


class PublishersConfig(AppConfig):
    """Names the app."""

    name = "apps.publishers"
