"""The mails about schedules: one for each event, to the owner, saying why and what to do."""

from apps.mail.models import Message
from apps.mail.outbox import absolute_url, post
from apps.schedules.models import Run, Schedule


def failed(schedule: Schedule, run: Run) -> Message:
    """A run could not even ask for its export. Called within the transaction that makes it so."""
    return post(
        f"schedule-failed:{schedule.pk}:{run.pk}", schedule.owner, "schedule_failed", _context(schedule, run)
    )


def paused(schedule: Schedule, run: Run | None) -> Message:
    """The schedule paused itself. Called within the transaction that makes it so."""
    key = f"schedule-paused:{schedule.pk}:{run.pk if run else schedule.fence}"
    return post(key, schedule.owner, "schedule_paused", _context(schedule, run))


def _context(schedule: Schedule, run: Run | None) -> dict[str, object]:
    following = schedule.next_run_at
    return {
        "schedule": schedule,
        "run": run,
        "planned_at": schedule.wall_time(run.planned_at) if run else None,
        "next_run_at": schedule.wall_time(following) if schedule.is_active and following else None,
        "url": absolute_url("schedules:detail", schedule.pk),
        "export_url": absolute_url("exports:detail", run.export_id) if run and run.export_id else "",
        "connections_url": absolute_url("connections:list"),
        "new_export_url": absolute_url("exports:create"),
    }
