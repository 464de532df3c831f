"""The interface of observers that are told the outcome of every call, for example to keep the state of its key."""

from collections.abc import Mapping
from typing import Protocol

from apps.api.contract.contract import Operation
from apps.api.errors import ApiError


class CallObserver(Protocol):
    """Is told of each call that was sent; must not use the database.

    `identity` names a connection and the version of its key.
    """

    def call_finished(
        self, identity: str, operation: Operation, path: Mapping[str, str], error: ApiError | None
    ) -> None:
        """A call with the key ended; `error` is None for a success, `path` has the values of its path parameters."""
        ...


class _NoObserver:
    """The observer of a client that has none."""

    def call_finished(
        self, identity: str, operation: Operation, path: Mapping[str, str], error: ApiError | None
    ) -> None:
        """Do nothing."""


NO_OBSERVER: CallObserver = _NoObserver()
