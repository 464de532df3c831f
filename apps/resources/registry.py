"""The resources of the dashboard by name: what is registered here gets addresses and a place in the menu."""

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import URLResolver

from apps.api.contracts.contract import add_contract_file

if TYPE_CHECKING:
    from apps.resources.resource import Resource

_resources: dict[str, "Resource"] = {}
#: Declarations that lack an attribute: a check at start names it.
_incomplete: list[type["Resource"]] = []


def register(resource_class: type["Resource"]) -> type["Resource"]:
    """Class decorator: make the resource known under its name, and its operations; a name may stand once."""
    from apps.resources.declaration.types import class_name, missing_attributes

    resource = resource_class()
    if missing_attributes(resource_class) or not isinstance(resource.name, str):
        _incomplete.append(resource_class)
        return resource_class
    if resource.name in _resources:
        first = class_name(type(_resources[resource.name]))
        raise ValueError(f"two resources are called {resource.name!r}: {first}, {class_name(resource_class)}")
    if isinstance(resource.contract_file, Path):
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


def incomplete() -> list[type["Resource"]]:
    """The declarations that lack an attribute, and so have no pages."""
    return list(_incomplete)


def contract_files() -> list[Path]:
    """The OpenAPI files that registered resources bring."""
    return list(
        dict.fromkeys(one.contract_file for one in _resources.values() if isinstance(one.contract_file, Path))
    )


def urls() -> list[URLResolver]:
    """The addresses of every registered resource; none of one whose declaration is wrong: a check says why."""
    from apps.resources.declaration.system_checks import has_pages

    return [resource.urls() for resource in _resources.values() if has_pages(resource)]


def suggest_url(tag: str, path: Mapping[str, str]) -> str:
    """Where a look-up of that tag's records asks, in that place of the API; "" when no resource has the tag."""
    resource = by_tag(tag)
    if resource is None or any(name not in path for name in resource.path_parameters):
        return ""
    return resource.url("suggest", path)
