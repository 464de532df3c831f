"""Django's configuration of the resource engine."""

from django.apps import AppConfig


class ResourcesConfig(AppConfig):
    """Finds every app's resource declaration and checks it against the contract."""

    name = "apps.resources"

    def ready(self) -> None:
        """Register the resources and their system checks."""
        from apps.resources import checks, registry

        registry.autodiscover()
        checks.register_checks()
