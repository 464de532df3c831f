"""The Django configuration of this app."""

from django.apps import AppConfig


class LandingPagesConfig(AppConfig):
    """Names the app."""

    name = "apps.landing_pages"
