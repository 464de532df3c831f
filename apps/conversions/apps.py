"""The Django configuration of this app."""

from django.apps import AppConfig


class ConversionsConfig(AppConfig):
    """Names the app."""

    name = "apps.conversions"
