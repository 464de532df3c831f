"""The Django configuration of this app."""

from django.apps import AppConfig


class UsersConfig(AppConfig):
    """Names the app."""

    name = "apps.users"
