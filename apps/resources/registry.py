"""The resources of the dashboard by name: what is registered here gets addresses and a place in the menu."""

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import URLResolver

from apps.api.contract import add_contract_file

if TYPE_CHECKING:
    from apps.resources.resource import Resource

_resources: dict[str, "Resource"] = {}


def register(resource_class: type["Resource"]) -> type["Resource"]:
    """Class decorator: make the resource known under its name, and its operations; a name may stand once."""
    resource = resource_class()
    if resource.name in _resources:
        raise ValueError(f"two resources are called {resource.name!r}")
    if resource.contract_file:
        add_contract_file(resource.contract_file)
    _resources[resource.name] = resource
    return resource_class


def autodiscover() -> None:
    """Import `resource.py` of every installed app that has one, in the order of `INSTALLED_APPS`."""
    for app in settings.INSTALLED_APPS:
        if app.startswith("apps."):
            try:
                import_module(f"{app}.resource")
            except ModuleNotFoundError as error:
                if error.name != f"{app}.resource":
                    raise


def resources() -> list["Resource"]:
    """Every registered resource, in the order of registration."""
    return list(_resources.values())


def by_name(name: str) -> "Resource | None":
    """The resource of that name, if one is registered."""
    return _resources.get(name)


def named(name: str) -> "Resource":
    """The resource of that name. Raises `LookupError` when none is registered."""
    return _resources[name]


def by_tag(tag: str) -> "Resource | None":
    """The resource made from that tag of the contract, if one is registered."""
    return next((resource for resource in _resources.values() if resource.tag == tag), None)


def urls() -> list[URLResolver]:
    """The addresses of every registered resource."""
    return [resource.urls() for resource in _resources.values()]


def suggest_url(tag: str, path: Mapping[str, str]) -> str:
    """Where a look-up of that tag's records asks, in that place of the API; "" when no resource has the tag."""
    resource = by_tag(tag)
    if resource is None or any(name not in path for name in resource.path_parameters):
        return ""
    return resource.url("suggest", path)
