"""The Django configuration of this app."""

from django.apps import AppConfig
from django.conf import settings

from apps.api.client import configure


class ConnectionsConfig(AppConfig):
    """Names the app, gives the API client the way to the API, and registers the keys for rotation."""

    name = "apps.connections"

    def ready(self) -> None:
        """Set the CA bundle and the proxy of all calls of this process, and name what the ring encrypts here."""
        from apps.connections.keys import former_hosts, storage
        from apps.encryption.rotation import RotatedKind, register

        configure(ca_bundle=settings.API_CA_BUNDLE, proxy=settings.API_PROXY)
        register(RotatedKind("API keys", storage.outside_first_ring_key, storage.move_to_first_ring_key))
        register(
            RotatedKind(
                "API keys set aside",
                former_hosts.set_aside_outside_first_ring_key,
                former_hosts.move_set_aside_key_to_first_ring_key,
            )
        )
