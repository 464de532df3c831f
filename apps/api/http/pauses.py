"""A 429 binds every process: while a key is asked to wait, no call is made with it from anywhere."""

from typing import Protocol

#: A longer wait is a limit of one operation, as of the exports of a day: it pauses no other call.
LONGEST_PAUSE_SECONDS = 300.0
#: The pause after a 429 that names no time; doubled each time.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_GUESS_SECONDS = 60.0


class Pauses(Protocol):
    """Where the pauses of keys are kept; `identity` names a connection and its key's version."""

    def seconds_left(self, identity: str) -> float:
        """How long no call may be made with the key; 0 when one may."""
        ...

    def begin(self, identity: str, retry_after: float | None) -> None:
        """Make no call with the key for as long as the service asked; None when it named no time."""
        ...


class _NoPauses:
    """For a client without a store: each process finds out by itself."""

    def seconds_left(self, identity: str) -> float:
        """Never any."""
        return 0.0

    def begin(self, identity: str, retry_after: float | None) -> None:
        """Kept nowhere."""


NO_PAUSES: Pauses = _NoPauses()
