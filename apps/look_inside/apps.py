"""The Django configuration of this app."""

from django.apps import AppConfig


class LookInsideConfig(AppConfig):
    """Names the app."""

    name = "apps.look_inside"
