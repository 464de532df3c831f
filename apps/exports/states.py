"""The states of an export, in words, with the tone of their badge and what happens next."""

from dataclasses import dataclass

from django.db import models

from apps.exports.limits import ASK_AGAIN, KEPT_WORDS


class State(models.TextChoices):
    """Where an export is. QUEUED → CREATING → WAITING → READY → DONE is the straight way."""

    QUEUED = "queued", "Queued"
    CREATING = "creating", "Asking"
    WAITING = "waiting", "Running"
    READY = "ready", "Ready"
    DONE = "done", "Ready"
    UNKNOWN = "unknown", "Checking"
    DEFERRED = "deferred", "Waiting for the daily limit"
    WAITING_RATE = "waiting_rate", "Waiting for the API"
    BLOCKED_AUTH = "blocked_auth", "Needs a key"
    NEEDS_ATTENTION = "needs_attention", "Needs attention"
    FAILED = "failed", "Failed"
    CANCELED = "canceled", "Canceled"
    EXPIRED = "expired", "Expired"


#: Something still happens by itself; an equal request joins such an export.
IN_FLIGHT = (
    State.QUEUED,
    State.CREATING,
    State.WAITING,
    State.UNKNOWN,
    State.DEFERRED,
    State.WAITING_RATE,
    State.BLOCKED_AUTH,
)
#: The file can be had.
WITH_FILE = (State.READY, State.DONE)
CANCELABLE = (*IN_FLIGHT, State.NEEDS_ATTENTION)
#: A cancellation can be carried out at once: no request is on its way whose outcome is open.
CANCELED_AT_ONCE = (
    State.QUEUED,
    State.DEFERRED,
    State.WAITING_RATE,
    State.WAITING,
    State.BLOCKED_AUTH,
    State.NEEDS_ATTENTION,
)
#: The next step asks the API.
CALLS = (
    State.QUEUED,
    State.DEFERRED,
    State.WAITING_RATE,
    State.CREATING,
    State.UNKNOWN,
    State.WAITING,
)
#: Moves within seconds, so a page looks often.
LIVELY = (State.QUEUED, State.CREATING, State.WAITING, State.UNKNOWN)

_TONES = {
    State.READY: "ok",
    State.DONE: "ok",
    State.QUEUED: "neutral",
    State.CREATING: "info",
    State.WAITING: "info",
    State.UNKNOWN: "warn",
    State.DEFERRED: "warn",
    State.WAITING_RATE: "warn",
    State.BLOCKED_AUTH: "bad",
    State.NEEDS_ATTENTION: "bad",
    State.FAILED: "bad",
}

_NEXT = {
    State.QUEUED: "It is requested from the API in a moment.",
    State.CREATING: "The export is being requested from the API.",
    State.WAITING: (
        "The API makes the file. You are told when it is ready; you need not keep this page open."
    ),
    State.UNKNOWN: (
        "The API's answer was lost. Its list of exports is being searched, so that none is made twice."
    ),
    State.DEFERRED: (
        "The daily limit of the key is used up. The export starts by itself when it allows one more."
    ),
    State.WAITING_RATE: "The API asked us to wait. The export goes on by itself.",
    State.BLOCKED_AUTH: (
        "Store a working key for this service, or have this site's address allowed there. "
        "The export then goes on by itself."
    ),
    State.NEEDS_ATTENTION: "Nothing more happens by itself.",
    State.FAILED: "Nothing more happens.",
    State.CANCELED: "Nothing more happens.",
    State.EXPIRED: KEPT_WORDS,
}

_ADVICE = {
    State.NEEDS_ATTENTION: "Look into the vendor's download center, then run it again or cancel.",
    State.FAILED: "Change what was wrong and run it again.",
    State.EXPIRED: ASK_AGAIN,
}


def tone(state: str) -> str:
    """The tone of the state's badge."""
    return _TONES.get(State(state), "neutral")


def what_happens_next(state: str) -> str:
    """One or two sentences for the person who waits; empty when the file is there."""
    return _NEXT.get(State(state), "")


def advice(state: str) -> str:
    """What somebody who may export can do about it, in a sentence; empty where there is nothing to do."""
    return _ADVICE.get(State(state), "")


@dataclass(frozen=True)
class Progress:
    """One step of the way as a page shows it."""

    label: str
    is_done: bool
    is_current: bool


def progress(state: str, has_remote: bool) -> list[Progress]:
    """The steps from asking to the email; an export that ended otherwise has no current one."""
    done = (
        4 if state in (State.DONE, State.EXPIRED) else 3 if state == State.READY else 2 if has_remote else 1
    )
    is_moving = state in (*IN_FLIGHT, State.READY)
    labels = ("Requested", "Accepted by the API", "File made", "Email")
    return [
        Progress(label, number <= done, is_moving and number == done + 1)
        for number, label in enumerate(labels, start=1)
    ]
