"""What the API's statuses of an export read like, and the tone of their badge."""

from dataclasses import dataclass

from apps.api.export_records import Meaning, meaning_of


@dataclass(frozen=True)
class RemoteState:
    """A status for people."""

    words: str
    tone: str
    #: Whether something goes on by itself, so that the badge turns.
    is_busy: bool = False


_STATES = {
    Meaning.QUEUED: RemoteState("Queued at the API", "neutral", is_busy=True),
    Meaning.RUNNING: RemoteState("Running", "info", is_busy=True),
    #: Of an export that names no file yet; one that does is ready, or expired.
    Meaning.FINISHED: RemoteState("Finished at the API", "info"),
    Meaning.FAILED: RemoteState("Failed", "bad"),
    Meaning.CANCELED: RemoteState("Canceled", "neutral"),
}


def remote_state(status: str) -> RemoteState:
    """The state of a status; one we do not know is shown as it came, after a question mark."""
    meaning = meaning_of(status)
    if meaning is not None:
        return _STATES[meaning]
    return RemoteState(f"? {status[:64]}" if status else "Unknown", "neutral")
