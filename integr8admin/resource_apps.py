"""Finds the apps that declare a resource, so that a new one needs no line in the settings."""

from collections.abc import Collection
from pathlib import Path

#: The engine that the declarations are made with.
ENGINE = "resources"


def resource_apps(folder: Path, listed: Collection[str]) -> list[str]:
    """The apps in the folder that have a `resource.py` and are not among those listed, by name."""
    found = (f"{folder.name}.{path.parent.name}" for path in sorted(folder.glob("*/resource.py")))
    return [app for app in found if app not in {*listed, f"{folder.name}.{ENGINE}"}]
