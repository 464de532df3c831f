"""The Django configuration of this app."""

from django.apps import AppConfig


class OfferEventsConfig(AppConfig):
    """Names the app."""

    name = "apps.offer_events"
