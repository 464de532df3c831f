"""Whoever can write to the tables of the queue runs no code in the worker: it reads only what this site signed."""

import base64
import multiprocessing
import pickle
from pathlib import Path
from queue import Queue

import pytest
from django.core import signing
from django.db import connection
from django.utils import timezone
from django_q.brokers import get_broker
from django_q.conf import Conf
from django_q.models import OrmQ, Task
from django_q.monitor import monitor
from django_q.pusher import pusher
from django_q.signing import PickleSerializer
from django_q.tasks import async_task

pytestmark = pytest.mark.django_db


class Runs:
    """What makes a file when it is unpickled."""

    def __init__(self, proof: Path) -> None:
        self.proof = proof

    def __reduce__(self):
        return Path.touch, (self.proof,)


def taken_from_the_queue() -> list[dict]:
    """What the worker's own loop takes up, in one round."""
    taken: Queue = Queue()
    stop = multiprocessing.Event()
    stop.set()
    pusher(taken, stop, get_broker())
    return [taken.get() for _ in range(taken.qsize())]


def signed_with(secret: str, value: object) -> str:
    return signing.dumps(value, key=secret, salt=Conf.PREFIX, serializer=PickleSerializer)


def test_a_message_of_this_site_is_taken_up():
    async_task("apps.jobs.health.beat", save=False)
    [task] = taken_from_the_queue()
    assert task["func"] == "apps.jobs.health.beat"


@pytest.mark.parametrize("shape", ["bare", "base64", "as if signed", "signed by another", "cut off"])
def test_a_forged_message_is_thrown_away_unread(tmp_path, shape, caplog):
    proof = tmp_path / "ran"
    malicious = Runs(proof)
    text = base64.urlsafe_b64encode(pickle.dumps(malicious)).decode().rstrip("=")
    payload = {
        "bare": pickle.dumps(malicious, protocol=0).decode(),
        "base64": text,
        "as if signed": f"{text}:1tABCD:{'A' * 43}",
        "signed by another": signed_with("the secret of another site", malicious),
        "cut off": signed_with(Conf.SECRET_KEY, {"func": "x"})[:-1],
    }[shape]
    OrmQ.objects.create(key=Conf.CLUSTER_NAME, payload=payload, lock=timezone.now())
    assert taken_from_the_queue() == []
    assert not proof.exists()
    assert not OrmQ.objects.exists()
    pickle.loads(pickle.dumps(malicious))  # noqa: S301
    assert proof.exists(), "it would have shown"


@pytest.mark.parametrize("succeeded", [True, False], ids=["done", "failed"])
def test_results_planted_beside_a_task_are_not_read(tmp_path, succeeded):
    async_task("apps.jobs.health.beat", save=False)
    [task] = taken_from_the_queue()
    now = timezone.now()
    for number, state in enumerate([True, False]):
        row = Task.objects.create(
            id=f"{number:032}", name=str(number), func="f", started=now, stopped=now, success=state
        )
        # Of the very task, so that whoever looks for an earlier result finds it.
        name = task["name"] if number == succeeded else row.name
        planted = base64.b64encode(pickle.dumps(Runs(tmp_path / f"ran{number}"))).decode()
        Task.objects.filter(pk=row.pk).update(name=name)
        plant_result(row.pk, task["id"] if number == succeeded else row.pk, planted)
    results: Queue = Queue()
    results.put({**task, "success": succeeded, "result": "what came of it", "started": now, "stopped": now})
    results.put("STOP")
    monitor(results, get_broker())
    assert list(tmp_path.iterdir()) == []
    assert Task.objects.count() == 2
    list(Task.objects.all())
    assert len(list(tmp_path.iterdir())) == 2, "whoever reads the table runs what lies there"


def plant_result(pk: str, new_pk: str, text: str) -> None:
    """Put a text into the column as somebody with the database does."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE django_q_task SET result = %s, id = %s WHERE id = %s", [text, new_pk, pk])
