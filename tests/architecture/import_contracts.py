"""The kinds of contracts that `lint-imports` checks besides its own: those that name every resource app by itself.

`{resources}` in `pyproject.toml` stands for all folders of `apps` with a `resource.py`, so that a new one stands with
the others without a word there.
"""

from pathlib import Path
from typing import Any

from importlinter.contracts.independence import IndependenceContract
from importlinter.contracts.layers import LayersContract

APPS = Path(__file__).resolve().parents[2] / "apps"
PLACEHOLDER = "{resources}"


def resource_apps() -> list[str]:
    """The modules of the apps that declare a resource; the engine's own `resource.py` is none."""
    folders = sorted(path.parent.name for path in APPS.glob("*/resource.py"))
    return [f"apps.{folder}" for folder in folders if folder != "resources"]


class ResourceLayers(LayersContract):
    """Layers; `{resources}` among one's modules stands for every resource app, none of which knows another."""

    def __init__(self, name: str, session_options: Any, contract_options: dict[str, Any]) -> None:
        together = " | ".join(resource_apps())
        layers = [layer.replace(PLACEHOLDER, together) for layer in contract_options["layers"]]
        super().__init__(name, session_options, {**contract_options, "layers": layers})


class ResourceIndependence(IndependenceContract):
    """Independence; `{resources}` among the modules stands for every resource app."""

    def __init__(self, name: str, session_options: Any, contract_options: dict[str, Any]) -> None:
        modules = [
            module
            for listed in contract_options["modules"]
            for module in (resource_apps() if listed == PLACEHOLDER else [listed])
        ]
        super().__init__(name, session_options, {**contract_options, "modules": modules})
