"""The Django configuration of the resource engine."""

from importlib import import_module
from pathlib import Path

from django.apps import AppConfig
from django.conf import settings


class ResourcesConfig(AppConfig):
    """Finds every app's resource declaration and checks it against the contract."""

    name = "apps.resources"

    def contract_files(self) -> list[Path]:
        """The OpenAPI files that resources bring, for whoever serves them without knowing us."""
        from apps.resources import registry

        return registry.contract_files()

    def ready(self) -> None:
        """Register the resources and their system checks. Models can be imported from here on."""
        from apps.resources import registry
        from apps.resources.declaration import system_checks
        from apps.resources.lists.chosen import viewed_list
        from apps.saved_views.lists import register_list

        import_declarations()
        for resource in registry.resources():
            register_list(viewed_list(resource))
        system_checks.register_checks()


def import_declarations() -> None:
    """Import `resource.py` of every installed app that has one, in the order of `INSTALLED_APPS`."""
    for app in settings.INSTALLED_APPS:
        if app.startswith("apps."):
            try:
                import_module(f"{app}.resource")
            except ModuleNotFoundError as error:
                if error.name != f"{app}.resource":
                    raise
