"""The Django configuration of this app."""

from django.apps import AppConfig


class AdvertisersConfig(AppConfig):
    """Names the app."""

    name = "apps.advertisers"
