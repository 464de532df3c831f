"""The Django configuration of this app."""

from django.apps import AppConfig
from django.conf import settings

from apps.api.client import configure


class ConnectionsConfig(AppConfig):
    """Names the app, and gives the API client what the settings say about the way to the API."""

    name = "apps.connections"

    def ready(self) -> None:
        """Set the CA bundle and the proxy of all calls of this process."""
        configure(ca_bundle=settings.API_CA_BUNDLE, proxy=settings.API_PROXY)
