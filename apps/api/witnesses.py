"""Who is told what the service said to a key: so that what is shown of the key follows every call made with it."""

from collections.abc import Mapping
from typing import Protocol

from apps.api.contracts.contract import Operation
from apps.api.errors import ApiError


class Witness(Protocol):
    """Told of each call that was sent; `identity` names a connection and its key's version. Touches no database."""

    def saw(
        self, identity: str, operation: Operation, path: Mapping[str, str], error: ApiError | None
    ) -> None:
        """A call with the key came to its end: None for a success. `path` has the values of its path."""
        ...


class _NoWitness:
    """For a client whose answers nobody keeps."""

    def saw(
        self, identity: str, operation: Operation, path: Mapping[str, str], error: ApiError | None
    ) -> None:
        """Kept nowhere."""


NO_WITNESS: Witness = _NoWitness()
