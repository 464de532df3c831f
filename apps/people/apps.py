"""The Django configuration of this app."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the app."""

    name = "apps.people"
