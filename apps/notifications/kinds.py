"""What people are told of: each app registers its kinds, and the preferences list them all."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """One kind of event."""

    #: What the database calls it; never changed.
    name: str
    #: In the preferences: "An export is ready".
    label: str
    #: Whether it is mailed too, to whoever did not say otherwise.
    is_mailed: bool = True


_registered: dict[str, Kind] = {}


def register(kind: Kind) -> Kind:
    """Have the preferences name the kind. Raises `ValueError` for a name that another kind has."""
    if _registered.setdefault(kind.name, kind) != kind:
        raise ValueError(f"Two kinds of notifications are called {kind.name}.")
    return kind


def mailed_kinds() -> list[Kind]:
    """The kinds of which mails are sent, by what they are about."""
    return sorted((kind for kind in _registered.values() if kind.is_mailed), key=lambda kind: kind.name)
