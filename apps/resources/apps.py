"""Django's configuration of the resource engine."""

from pathlib import Path

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """Finds every app's resource declaration and checks it against the contract."""

    name = "apps.resources"

    def contract_files(self) -> list[Path]:
        """The OpenAPI files that resources bring, for whoever serves them without knowing us."""
        from apps.resources import registry

        return registry.contract_files()

    def ready(self) -> None:
        """Register the resources and their system checks."""
        from apps.resources import registry
        from apps.resources.declaration import system_checks

        registry.autodiscover()
        system_checks.register_checks()
