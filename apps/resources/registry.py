"""The resources of the dashboard by name: what is registered here gets addresses and a place in the menu."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from apps.api.contract.contract import add_contract_file
from apps.resources.declaration.attribute_types import class_name, missing_attributes
from apps.resources.resource import Resource

_resources: dict[str, Resource] = {}
#: Declarations that lack an attribute: a check at start names it.
_incomplete: list[type[Resource]] = []


@dataclass(frozen=True)
class ParentLink:
    """The record that others lie below: what it is called, and its page."""

    label: str
    url: str


def register(resource_class: type[Resource]) -> type[Resource]:
    """Class decorator: make the resource known under its name, and its operations.

    Raises `ValueError` when another resource has the name.
    """
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


def resources() -> list[Resource]:
    """Every registered resource, in the order of registration."""
    return list(_resources.values())


def by_name(name: str) -> Resource | None:
    """The resource of that name, if one is registered."""
    return _resources.get(name)


def named(name: str) -> Resource:
    """The resource of that name. Raises `LookupError` when none is registered."""
    return _resources[name]


def by_tag(tag: str) -> Resource | None:
    """The resource made from that tag of the contract, if one is registered."""
    return next((resource for resource in _resources.values() if resource.tag == tag), None)


def incomplete() -> list[type[Resource]]:
    """The declarations that lack an attribute, and so have no pages."""
    return list(_incomplete)


def contract_files() -> list[Path]:
    """The OpenAPI files that registered resources bring."""
    return list(
        dict.fromkeys(one.contract_file for one in _resources.values() if isinstance(one.contract_file, Path))
    )


def parent_link(resource: Resource, list_path: Mapping[str, str]) -> ParentLink | None:
    """The record that the resource's records lie below, for the way back; None for a resource on its own."""
    parent = by_name(resource.parent) if resource.parent else None
    if parent is None:
        return None
    record_id = list_path[resource.path_parameters[-1]]
    return ParentLink(f"{parent.label} {record_id}", parent.url("detail", list_path, record_id))


def suggest_url(tag: str, path: Mapping[str, str]) -> str:
    """Where a look-up of that tag's records asks, in that place of the API; "" when no resource has the tag."""
    resource = by_tag(tag)
    if resource is None or any(name not in path for name in resource.path_parameters):
        return ""
    return resource.url("suggest", path)
