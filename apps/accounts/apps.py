"""The Django configuration of this app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Checks that every address says who may open it."""

    name = "apps.accounts"

    def ready(self) -> None:
        """Register the system check."""
        from apps.accounts import checks

        checks.register_checks()
