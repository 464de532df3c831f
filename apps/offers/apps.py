"""The Django configuration of this app."""

from django.apps import AppConfig


class OffersConfig(AppConfig):
    """Names the app."""

    name = "apps.offers"
