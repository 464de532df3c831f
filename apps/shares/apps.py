"""The Django configuration of this app."""

from django.apps import AppConfig


class SharesConfig(AppConfig):
    """Names the app."""

    name = "apps.shares"
