"""Django's configuration of this app."""

from django.apps import AppConfig


class NetworkConfig(AppConfig):
    """The vocabulary of affiliate networks that several apps share. It has no models."""

    name = "apps.network"

    def ready(self) -> None:
        """Have lists offer the trace for what looks like the id of a transaction."""
        from apps.network.transaction_ids import looks_like_transaction
        from apps.resources.lists.search_hints import SearchHint, register_search_hint

        register_search_hint(SearchHint("network/_possible_transaction.html", looks_like_transaction))
