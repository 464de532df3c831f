"""The states of a bulk run and of each of its rows."""

from django.db import models


class State(models.TextChoices):
    """How far a run is."""

    #: Records are selected; which fields to set is still to be said.
    DRAFT = "draft", "Not planned yet"
    #: Its records are read, and what would change is worked out.
    COLLECTING = "collecting", "Reading the records"
    PLANNED = "planned", "Planned"
    #: A person set a time for it.
    SCHEDULED = "scheduled", "Scheduled"
    QUEUED = "queued", "Queued"
    #: Another run has some of the same records.
    WAITING = "waiting", "Waiting"
    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    FINISHED = "finished", "Finished"
    STOPPED = "stopped", "Stopped"
    #: It could not be planned.
    FAILED = "failed", "Failed"


#: Before anything is sent: the plan may still be changed or dropped.
BEFORE_RUN = frozenset({State.DRAFT, State.COLLECTING, State.PLANNED, State.SCHEDULED, State.FAILED})
#: What it changes, no other run may change meanwhile.
HOLDS_RECORDS = frozenset({State.RUNNING, State.PAUSED})
#: Carried out, or about to be.
IN_FLIGHT = frozenset({State.QUEUED, State.WAITING, State.RUNNING, State.PAUSED})
ENDED = frozenset({State.FINISHED, State.STOPPED})


class RowState(models.TextChoices):
    """What became of one record's change."""

    #: Selected, not read yet.
    NEW = "new", "Not read yet"
    PLANNED = "planned", "To do"
    #: It is so already, so nothing is sent.
    UNCHANGED = "unchanged", "No change"
    #: Not to be sent: the row says why.
    LEFT = "left", "Left out"
    GONE = "gone", "Gone"
    #: What came of it is not known until the API's answer is here, or the record was read again.
    SENDING = "sending", "Being sent"
    #: It was tried, and is tried again.
    TRY_AGAIN = "try_again", "Tried again"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    #: Somebody else changed the same field meanwhile.
    CHANGED = "changed", "Changed by someone else"
    UNKNOWN = "unknown", "Not known"
    #: It was stopped before its turn.
    NOT_SENT = "not_sent", "Not sent"


#: Still to be carried out.
OPEN_ROWS = frozenset({RowState.PLANNED, RowState.SENDING, RowState.TRY_AGAIN})
#: What can be tried once more by a new run.
NOT_DONE_ROWS = frozenset({RowState.FAILED, RowState.UNKNOWN, RowState.NOT_SENT})
#: Nothing is or was sent for these.
UNSENT_ROWS = frozenset({RowState.UNCHANGED, RowState.LEFT, RowState.GONE})
