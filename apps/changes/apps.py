"""The Django configuration of this app."""

from django.apps import AppConfig


class ChangesConfig(AppConfig):
    """Names the app."""

    name = "apps.changes"
