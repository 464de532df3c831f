"""What a person's work needs, runs, and has come to: from our own tables, so it stands on the page at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from apps.accounts.models import User
from apps.accounts.policy import Capability, may_anywhere
from apps.bulk.models import BulkRun
from apps.bulk.progress import STATE_TONES
from apps.bulk.states import State as RunState
from apps.connections.open_services import own
from apps.exports.models import ExportRequest
from apps.exports.states import IN_FLIGHT, State
from apps.list_files.models import ListFile
from apps.list_files.models import State as FileState
from apps.notifications.models import Notification
from apps.schedules.models import Schedule

#: So many of each kind are shown.
MOST = 5
_WAITS_FOR_PERSON = (State.NEEDS_ATTENTION, State.BLOCKED_AUTH)
_RUNS_THAT_MOVE = (RunState.COLLECTING, RunState.QUEUED, RunState.WAITING, RunState.RUNNING)


@dataclass(frozen=True)
class WorkItem:
    """One export, run, schedule or file."""

    kind: str
    title: str
    url: str
    state: str
    tone: str
    text: str = ""
    at: datetime | None = None


@dataclass(frozen=True)
class Work:
    """What needs the person, what moves by itself, and what ended since they last looked."""

    needs_person: list[WorkItem]
    moving: list[WorkItem]
    ended: list[Notification]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.needs_person or self.moving or self.ended)


def work_of(person: User) -> Work:
    """The person's own work, at most `MOST` of each kind."""
    exports = list(
        ExportRequest.objects.filter(
            own(person), removed_at=None, state__in={*IN_FLIGHT, State.NEEDS_ATTENTION}
        )[: 4 * MOST]
    )
    runs = list(
        BulkRun.objects.filter(
            own(person, Capability.ACT_IN_BULK),
            state__in={*_RUNS_THAT_MOVE, RunState.PAUSED, RunState.SCHEDULED},
        )[: 4 * MOST]
        if may_anywhere(person, Capability.ACT_IN_BULK)
        else []
    )
    needs = [_of_export(one) for one in exports if one.state in _WAITS_FOR_PERSON]
    needs += [_of_run(one) for one in runs if one.state == RunState.PAUSED]
    needs += list(_paused_schedules(person))
    moving = [_of_export(one) for one in exports if one.state not in _WAITS_FOR_PERSON]
    moving += [_of_run(one) for one in runs if one.state != RunState.PAUSED]
    moving += [_of_file(one) for one in ListFile.objects.filter(own(person), state=FileState.READING)[:MOST]]
    told = {item.url for item in needs}
    unread = Notification.objects.filter(recipient=person, read_at=None)[: 2 * MOST]
    ended = [one for one in unread if one.url not in told] if person.unread_notifications else []
    return Work(needs[: 2 * MOST], moving[: 2 * MOST], ended[:MOST])


def _paused_schedules(person: User) -> Iterator[WorkItem]:
    if not may_anywhere(person, Capability.SCHEDULE):
        return
    paused = Schedule.objects.filter(own(person, Capability.SCHEDULE), state=Schedule.State.PAUSED).exclude(
        pause_reason=""
    )
    for one in paused.select_related("service")[:MOST]:
        yield WorkItem("Schedule", one.sentence, one.get_absolute_url(), "Paused", "warn", one.pause_reason)


def _of_export(export: ExportRequest) -> WorkItem:
    return WorkItem(
        "Export",
        str(export),
        export.get_absolute_url(),
        export.state_words,
        export.tone,
        export.message,
        export.created_at,
    )


def _of_run(run: BulkRun) -> WorkItem:
    tone = STATE_TONES.get(RunState(run.state), "neutral")
    at = run.run_at if run.state == RunState.SCHEDULED else run.created_at
    return WorkItem(
        "Bulk run", run.title, run.get_absolute_url(), run.get_state_display(), tone, run.message, at
    )


def _of_file(file: ListFile) -> WorkItem:
    title = f"{file.label} as {file.get_format_display()}"
    percent = f"{file.percent} % read" if file.percent is not None else "Being read"
    return WorkItem("File", title, file.get_absolute_url(), percent, "info", file.message, file.created_at)
