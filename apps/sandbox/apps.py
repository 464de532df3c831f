"""The Django configuration of this app."""

from django.apps import AppConfig


class SandboxConfig(AppConfig):
    """Names the app."""

    name = "apps.sandbox"
