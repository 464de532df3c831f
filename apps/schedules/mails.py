"""What owners are told about schedules: one notification and mail for each event, saying why and what to do."""

from dataclasses import dataclass

from apps.connections.exceptions import NO_KEY
from apps.mail.models import Message
from apps.mail.rendering import absolute_url
from apps.notifications.kinds import Kind, register
from apps.notifications.models import Outcome
from apps.notifications.telling import Event, MailTemplate, tell
from apps.schedules.models import Run, Schedule
from apps.schedules.words import WAITS_FOR_KEY
from apps.text.direction import isolated

FAILED = register(Kind("schedule_failed", "A run of a schedule failed"))
PAUSED = register(Kind("schedule_paused", "A schedule paused itself"))
_MOMENT = "%-d %b %Y, %H:%M"


@dataclass(frozen=True)
class Advice:
    """What the owner can do now, and the page for it."""

    words: str
    url: str
    label: str


def failed(schedule: Schedule, run: Run) -> Message | None:
    """A run could not even request its export. Called within the transaction that makes it so."""
    key = f"schedule-failed:{schedule.pk}:{run.pk}"
    event = Event(
        key,
        FAILED,
        Outcome.FAILED,
        f"A run failed: {schedule.sentence}",
        schedule.get_absolute_url(),
        run.message,
    )
    return _tell(event, schedule, run, _after_a_failure(schedule, run))


def paused(schedule: Schedule, run: Run | None) -> Message | None:
    """The schedule paused itself. Called within the transaction that makes it so."""
    key = f"schedule-paused:{schedule.pk}:{run.pk if run else schedule.fence}"
    event = Event(
        key,
        PAUSED,
        Outcome.ATTENTION,
        f"Paused: {schedule.sentence}",
        schedule.get_absolute_url(),
        schedule.pause_reason,
    )
    return _tell(event, schedule, run, _after_a_pause(schedule, run))


def _tell(event: Event, schedule: Schedule, run: Run | None, advice: Advice) -> Message | None:
    following = schedule.next_run_at
    context = {
        "schedule": schedule,
        "run": run,
        "advice": advice,
        "facts": _facts(schedule, run),
        "next_run_at": schedule.wall_time(following) if schedule.is_active and following else None,
        "url": absolute_url("schedules:detail", schedule.pk),
        "export_url": absolute_url("exports:detail", run.export_id) if run and run.export_id else "",
        "new_export_url": absolute_url("exports:create"),
    }
    return tell(event, schedule.owner, MailTemplate(event.kind.name, context))


def _after_a_failure(schedule: Schedule, run: Run) -> Advice:
    service = schedule.service.name
    keys = {
        NO_KEY: f"Store a key of your own for {service}. The next run then asks for its export.",
        WAITS_FOR_KEY: f"Store a working key for {service}. The export that waits then goes on by itself.",
    }
    if run.message in keys:
        return Advice(keys[run.message], absolute_url("connections:list"), "Store a key")
    return Advice("Open the schedule and change what was wrong.", *_to_schedule(schedule))


def _after_a_pause(schedule: Schedule, run: Run | None) -> Advice:
    if run and run.message in (NO_KEY, WAITS_FOR_KEY):
        words = f"Store a working key for {isolated(schedule.service.name)}, then resume the schedule."
        return Advice(words, absolute_url("connections:list"), "Store a key")
    if run and run.export_id:
        words = "Look at the export that failed last, change what was wrong, then resume the schedule."
        return Advice(words, *_to_schedule(schedule))
    words = "Resume the schedule to try once more. If it pauses again, tell whoever runs this site."
    return Advice(words, *_to_schedule(schedule))


def _to_schedule(schedule: Schedule) -> tuple[str, str]:
    return absolute_url("schedules:detail", schedule.pk), "Open the schedule"


def _facts(schedule: Schedule, run: Run | None) -> list[tuple[str, str]]:
    facts = [("Schedule", schedule.sentence), ("Service", schedule.service.name)]
    if run:
        planned = f"{schedule.wall_time(run.planned_at):{_MOMENT}} {schedule.time_zone}"
        facts.append(("Planned for", planned))
    return facts
