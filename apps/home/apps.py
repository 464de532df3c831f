"""The Django configuration of this app."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    """Names the app."""

    name = "apps.home"
