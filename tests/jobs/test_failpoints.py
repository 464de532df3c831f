"""Failpoints act where and when they are planted, and never in normal operation."""

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from apps.jobs.failpoints import Failpoint, PlantedFault, fp, hits, parse
from apps.jobs.health import WORKER_VARIABLE, task_finished, worker_seen_at
from apps.jobs.models import Worker


@pytest.fixture
def planted(settings, tmp_path):
    settings.DATA_DIRECTORY = tmp_path
    settings.FAILPOINTS = "a.place=raise@2"
    return settings


def test_a_failpoint_acts_at_its_hit_alone(planted):
    fp("a.place")
    with pytest.raises(PlantedFault):
        fp("a.place")
    fp("a.place")
    fp("another.place")
    assert hits("a.place") == 3
    assert hits("another.place") == 0


def test_without_failpoints_nothing_is_counted(planted):
    planted.FAILPOINTS = ""
    fp("a.place")
    assert hits("a.place") == 0


def test_names_and_actions_are_read():
    assert parse("mail.sent=stop:9@1,job.claimed=kill-worker") == {
        "mail.sent": Failpoint("stop:9", 1),
        "job.claimed": Failpoint("kill-worker", None),
    }


@pytest.mark.parametrize("text", ["nonsense", "a=explode", "a=raise@x", "a=stop:soon"])
def test_an_unreadable_failpoint_stops_the_start(settings, text):
    settings.FAILPOINTS = text
    with pytest.raises(ImproperlyConfigured):
        parse(text)
    with pytest.raises(ImproperlyConfigured, match="FAILPOINTS"):
        apps.get_app_config("jobs").ready()


def test_a_finished_task_is_seen(db, monkeypatch):
    assert worker_seen_at() is None
    worker = Worker.objects.create(host="here", process_id=1)
    task_finished()
    assert worker_seen_at() is None
    monkeypatch.setenv(WORKER_VARIABLE, str(worker.pk))
    task_finished()
    assert worker_seen_at() is not None
