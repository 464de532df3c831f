"""The Django configuration of shortcuts."""

from django.apps import AppConfig


class ShortcutsConfig(AppConfig):
    """Starred and recently opened records."""

    name = "apps.shortcuts"
    label = "shortcuts"
