"""What the mails of a schedule say: the reason, what to do about just that, and what it is about."""

from html import unescape

import pytest
from django.utils import timezone

from apps.connections.exceptions import NO_KEY
from apps.jobs.models import MAXIMUM_STARTS
from apps.mail.models import Message
from apps.schedules import mails, steps
from apps.schedules.models import Run, Schedule
from apps.schedules.words import WAITS_FOR_KEY
from tests.schedules.conftest import advance, ask, end_export, make_due


def run_of(schedule: Schedule, message: str, **values) -> Run:
    return Run.objects.create(
        schedule=schedule,
        planned_at=timezone.now(),
        nonce=schedule.pk,
        state="failed",
        message=message,
        **values,
    )


def assert_framed(message: Message | None, *words: str) -> None:
    """Both forms hold the words, in the frame of every mail; neither speaks of an attachment."""
    assert message is not None
    html = unescape(message.html)
    assert "max-width:560px" in html
    assert "because the schedule is yours" in html
    for text in (message.text, html):
        assert "not attached" not in text
        for word in ("What to do:", "Conversions", "EU network", "/schedules/", *words):
            assert word.lower() in text.lower(), word


@pytest.mark.parametrize(
    ("reason", "advice", "page"),
    [
        (NO_KEY, "Store a key of your own for", "/connections/"),
        (WAITS_FOR_KEY, "The export that waits then goes on by itself.", "/connections/"),
        ("Something else.", "Open the schedule and change what was wrong.", "/schedules/"),
    ],
)
def test_a_run_that_could_not_ask_says_what_to_do_about_its_reason(schedule, reason, advice, page):
    message = mails.failed(schedule, run_of(schedule, reason))
    assert_framed(message, reason, advice, page, "It tries again on", "Planned for")


def test_a_pause_says_what_to_do_about_what_failed_last(schedule):
    schedule.pause_reason = f"3 runs in a row failed. The last one: {NO_KEY}"
    message = mails.paused(schedule, run_of(schedule, NO_KEY))
    assert_framed(
        message, "3 runs in a row failed", "then resume the schedule", "/connections/", "/exports/new/"
    )


def test_a_pause_after_exports_that_failed_leads_to_the_last_of_them(schedule):
    Schedule.objects.update(failures=steps.MOST_FAILURES - 1)
    run = ask(schedule)
    end_export(run, "failed")
    advance(schedule)
    message = Message.objects.get(key__startswith="schedule-paused")
    assert_framed(message, "Look at the export that failed last", f"/exports/{run.export_id}/")


def test_a_pause_by_the_machine_sends_nobody_to_an_export_that_is_none(schedule):
    make_due(schedule)
    advance(schedule)
    Schedule.objects.filter(pk=schedule.pk).update(starts=MAXIMUM_STARTS)
    advance(schedule)
    message = Message.objects.get(key__startswith="schedule-paused")
    assert_framed(message, "Resume the schedule to try once more.")
    assert "export that failed" not in message.text + message.html
