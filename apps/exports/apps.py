"""Django's configuration of this app."""

from django.apps import AppConfig


class ExportsConfig(AppConfig):
    """Checks the exports against the contract."""

    name = "apps.exports"

    def ready(self) -> None:
        """Register the system checks."""
        from apps.exports import checks

        checks.register_checks()
