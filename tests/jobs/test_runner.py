"""The job machine: claims, fences, caps, the pump. The jobs are messages of the outbox, the simplest ones."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.db.models.functions import Now
from django_q.models import OrmQ

from apps.jobs import runner
from apps.jobs.locks import sender_lock
from apps.jobs.models import Job, LeaseLost, Worker
from apps.mail.models import Message

LABEL = "mail.Message"


@pytest.fixture
def job(admin):
    """A message whose step is due."""
    return Message.objects.create(key="event", recipient=admin, subject="s", text="t", html="<p>t</p>")


def stored(job) -> Message:
    return Message.objects.get(pk=job.pk)


def test_a_due_row_is_claimed_once(job):
    first, second = stored(job), stored(job)
    assert first.claim()
    assert not second.claim()
    assert not stored(job).claim()
    assert stored(job).fence == 1
    assert stored(job).starts == 1


def test_a_row_that_is_not_due_or_finished_is_not_claimed(job):
    for due_at in (Now() + timedelta(hours=1), None):
        Message.objects.update(due_at=due_at)
        assert not stored(job).claim()


def test_a_lease_that_ended_is_taken_over_and_the_old_holder_can_write_nothing(job):
    old = stored(job)
    old.claim()
    Message.objects.update(lease_until=Now() - timedelta(seconds=1))
    new = stored(job)
    assert new.claim()
    assert not old.is_still_mine()
    with pytest.raises(LeaseLost):
        old.advance("sent", after=None)
    with pytest.raises(LeaseLost):
        old.write(error="old")
    with pytest.raises(LeaseLost):
        old.postpone(timedelta(seconds=1))
    assert stored(job).state == "queued"
    new.advance("sent", after=None)
    assert stored(job).state == "sent"


def test_advancing_gives_the_lease_back_and_forgets_the_starts(job):
    mine = stored(job)
    mine.claim()
    mine.advance("queued", after=timedelta(seconds=30))
    row = stored(job)
    assert (row.lease_until, row.starts, row.message_until) == (None, 0, None)
    assert not row.claim()


def test_a_message_for_a_row_that_is_gone_or_taken_does_nothing(job):
    runner.take_turn(LABEL, "00000000-0000-0000-0000-000000000000", most_steps=1)
    holder = stored(job)
    holder.claim()
    runner.take_turn(LABEL, str(job.pk), most_steps=1)
    assert stored(job).fence == holder.fence


def test_a_label_that_names_no_job_is_refused():
    with pytest.raises(TypeError):
        runner.take_turn("accounts.User", "1")


def test_a_step_that_raises_is_tried_again_later_and_given_up_after_five_starts(job, monkeypatch, caplog):
    def fails(self):
        raise RuntimeError("always")

    monkeypatch.setattr(Message, "step", fails)
    for starts in (1, 2, 3, 4, 5):
        runner.take_turn(LABEL, str(job.pk), most_steps=1)
        assert stored(job).starts == starts
        assert stored(job).state == "queued"
        assert not stored(job).claim()
        Message.objects.update(due_at=Now())
    runner.take_turn(LABEL, str(job.pk), most_steps=1)
    assert stored(job).state == "failed"
    assert stored(job).due_at is None


def test_a_row_that_cannot_even_be_given_up_waits_no_longer_each_time(job, monkeypatch):
    def fails(self, *_reason):
        raise RuntimeError("always")

    monkeypatch.setattr(Message, "step", fails)
    monkeypatch.setattr(Message, "gave_up", fails)
    Message.objects.update(starts=5000)
    runner.take_turn(LABEL, str(job.pk), most_steps=1)
    assert stored(job).lease_until is None
    Message.objects.update(due_at=Now() - timedelta(minutes=5))
    assert stored(job).claim()


def test_the_pump_queues_each_due_row_once(job):
    assert runner.pump() == 1
    assert runner.pump() == 0
    [task] = OrmQ.objects.all()
    assert task.task["func"] == "apps.jobs.runner.take_turn"
    assert task.task["args"] == (LABEL, str(job.pk))


def test_the_pump_repeats_a_message_that_was_lost(job):
    runner.pump()
    OrmQ.objects.all().delete()
    Message.objects.update(message_until=Now() - timedelta(seconds=1))
    assert runner.pump() == 1


def test_the_pump_leaves_rows_alone_that_somebody_works_on(job):
    stored(job).claim()
    assert runner.pump() == 0
    Message.objects.update(lease_until=Now() - timedelta(seconds=1))
    assert runner.pump() == 1


def test_queueing_joins_the_callers_transaction(job):
    with pytest.raises(RuntimeError), transaction.atomic():
        job.enqueue()
        raise RuntimeError
    assert not OrmQ.objects.exists()
    assert stored(job).message_until is None


def test_every_job_model_is_known_to_the_pump():
    known = {model._meta.label for model in runner.job_models()}
    assert known >= {"mail.Message", "exports.ExportRequest"}
    assert not issubclass(Worker, Job)


def test_one_turn_does_all_that_is_due_in_a_lane_and_one_message_stands_for_it(admin, manager, settings):
    for number, recipient in enumerate((admin, admin, admin, manager)):
        Message.objects.create(
            key=f"e{number}", recipient=recipient, subject="s", text="t", html="h"
        ).enqueue()
    assert OrmQ.objects.count() == 2
    assert runner.pump() == 0
    for task in OrmQ.objects.all():
        runner.take_turn(*task.task["args"])
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}


def test_a_lane_somebody_has_the_turn_at_is_left_to_them(job):
    job.enqueue()
    with sender_lock(job.lane_name):
        runner.take_turn(LABEL, str(job.pk))
    assert (stored(job).fence, stored(job).message_until) == (0, None)
    runner.take_turn(LABEL, str(job.pk))
    assert stored(job).state == "sent"


def test_a_page_does_the_steps_of_its_own_row_alone(admin):
    first, second = (
        Message.objects.create(key=key, recipient=admin, subject="s", text="t", html="h") for key in "ab"
    )
    with sender_lock(first.lane_name):
        runner.do_steps(first, 2)
    assert stored(first).state != "sent"
    runner.do_steps(first, 2)
    assert (stored(first).state, stored(second).state) == ("sent", second.state)
    runner.do_steps(first, 2)
    assert stored(first).fence == 1


def test_what_is_due_at_once_is_due_within_the_same_millisecond(job, monkeypatch):
    done = []

    def step(self):
        done.append(self.fence)
        self.advance(self.state, after=timedelta())

    monkeypatch.setattr(Message, "step", step)
    runner.do_steps(job, 50)
    assert len(done) == 50


def test_a_long_turn_ends_and_the_rest_of_the_lane_gets_a_message(admin, monkeypatch):
    monkeypatch.setattr(runner, "TURN_SECONDS", -1)
    for number in range(3):
        last = Message.objects.create(key=f"e{number}", recipient=admin, subject="s", text="t", html="h")
    runner.take_turn(LABEL, str(last.pk))
    assert Message.objects.filter(state="sent").count() == 1
    assert OrmQ.objects.count() == 1
