"""Rate-limit pauses: after a 429 no process calls with the key until its pause is over (the interface of the store)."""

from typing import Protocol

#: A longer wait is a limit of one operation, as of the exports of a day: it pauses no other call.
LONGEST_PAUSE_SECONDS = 300.0
#: The pause after a 429 that names no time; doubled each time.
FIRST_PAUSE_SECONDS = 1.0
LONGEST_GUESS_SECONDS = 60.0


class Pauses(Protocol):
    """Where the pauses of keys are kept; `identity` names a connection and its key's version."""

    def seconds_left(self, identity: str) -> float:
        """Seconds for which no call may be made with the key; 0 when one may."""
        ...

    def begin(self, identity: str, retry_after: float | None) -> None:
        """Pause the key for as long as the service asked (seconds); None when it named no time."""
        ...


class _NoPauses:
    """The store of a client that has none: nothing is paused."""

    def seconds_left(self, identity: str) -> float:
        """Always 0."""
        return 0.0

    def begin(self, identity: str, retry_after: float | None) -> None:
        """Do nothing."""


NO_PAUSES: Pauses = _NoPauses()
