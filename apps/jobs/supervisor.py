"""The loop of `manage.py worker`: queues due jobs, sends heartbeats, restarts a cluster that stands still."""

import logging
import os
import signal
import socket
import time
import uuid
from collections.abc import Callable
from datetime import timedelta
from types import FrameType

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, close_old_connections
from django.db.models import F
from django.db.models.functions import Now
from django_q.models import OrmQ
from django_q.tasks import async_task

from apps.jobs import upkeep
from apps.jobs.cluster import ClusterProcess
from apps.jobs.models import Worker
from apps.jobs.runner import pump

logger = logging.getLogger(__name__)

Action = Callable[[], object]

TICK_SECONDS = 0.5
PUMP_SECONDS = 1.0
BEAT_SECONDS = 5.0
PRUNE_SECONDS = 3600.0
#: Above so many queued messages no more are added: they would only repeat what is queued.
MAXIMUM_BACKLOG = 1000
KEPT_WORKERS = timedelta(days=1)
LONGEST_PAUSE_SECONDS = 30.0


class Supervisor:
    """Keeps one cluster at work until SIGTERM or SIGINT. Several on several machines do no harm."""

    def __init__(self, stall_seconds: int) -> None:
        self.worker_id = uuid.uuid4()
        self.stall_seconds = stall_seconds
        self.is_stopping = False
        self.cluster: ClusterProcess | None = None
        self.cluster_started = 0.0
        self.next_start = 0.0
        self.pause_seconds = 1.0
        beat_seconds = min(BEAT_SECONDS, stall_seconds / 4)
        self.due: dict[Action, float] = {self._pump: 0.0, self._beat: 0.0, self._prune: 0.0}
        self.period: dict[Action, float] = {
            self._pump: PUMP_SECONDS,
            self._beat: beat_seconds,
            self._prune: PRUNE_SECONDS,
        }

    def run(self) -> None:
        """Work until told to stop; leaves no process behind."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self.is_stopping:
                self._tick()
                time.sleep(TICK_SECONDS)
        finally:
            if self.cluster:
                self.cluster.stop()
        self._leave()

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.is_stopping = True

    def _tick(self) -> None:
        self._keep_cluster()
        now = time.monotonic()
        for action, due in self.due.items():
            if now >= due:
                self.due[action] = now + self.period[action]
                self._do(action)

    def _keep_cluster(self) -> None:
        """Start the cluster, and start it anew when it ended or stands still."""
        now = time.monotonic()
        if self.cluster is None:
            if now >= self.next_start:
                self._start_cluster()
            return
        if not self.cluster.is_running:
            logger.error("The cluster ended by itself; starting a new one")
        elif now - self.cluster_started < self.stall_seconds or not self._is_so(self._stands_still):
            return
        else:
            logger.error("No task was finished for %s s; starting a new cluster", self.stall_seconds)
        self.cluster.kill()
        self.cluster = None
        # A cluster that dies at once is not started in a busy loop.
        lasted = now - self.cluster_started
        self.pause_seconds = 1.0 if lasted > 60 else min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS)
        self.next_start = now + (self.pause_seconds if lasted < 10 else 0)
        self._do(self._count_restart)

    def _start_cluster(self) -> None:
        if self._do(self._register):
            self.cluster = ClusterProcess(str(self.worker_id))
            self.cluster_started = time.monotonic()

    def _do(self, action: Action) -> bool:
        """Whether `action` was done. The next round tries again: a database may be away, and come back."""
        try:
            close_old_connections()
            action()
            return True
        except (OperationalError, InterfaceError) as error:
            logger.error(
                "The database cannot be used: %s", " ".join(str(error).split()) or type(error).__name__
            )
        except DatabaseError:
            logger.exception("The worker could not do its own work")
        close_old_connections()
        return False

    def _is_so(self, question: Callable[[], bool]) -> bool:
        """Whether the answer is yes; a question that could not be asked is no."""
        answers: list[bool] = []
        self._do(lambda: answers.append(question()))
        return answers == [True]

    def _register(self) -> None:
        Worker.objects.get_or_create(
            pk=self.worker_id, defaults={"host": socket.gethostname(), "process_id": os.getpid()}
        )

    def _count_restart(self) -> None:
        Worker.objects.filter(pk=self.worker_id).update(restarts=F("restarts") + 1)

    def _stands_still(self) -> bool:
        recently = Now() - timedelta(seconds=self.stall_seconds)
        return not Worker.objects.filter(pk=self.worker_id, seen_at__gte=recently).exists()

    def _pump(self) -> None:
        if OrmQ.objects.count() < MAXIMUM_BACKLOG:
            pump()

    def _beat(self) -> None:
        """Send a beat through the queue, unless the cluster was seen to work a moment ago."""
        recently = Now() - timedelta(seconds=self.period[self._beat] / 2)
        is_seen = Worker.objects.filter(pk=self.worker_id, seen_at__gte=recently).exists()
        if not is_seen and OrmQ.objects.count() < MAXIMUM_BACKLOG:
            async_task("apps.jobs.health.beat", save=False)

    def _prune(self) -> None:
        """Remove workers that ended long ago, and do what apps registered as hourly work."""
        old = Worker.objects.exclude(pk=self.worker_id).filter(started_at__lt=Now() - KEPT_WORKERS)
        old.exclude(seen_at__gte=Now() - KEPT_WORKERS).delete()
        upkeep.do_all()

    def _leave(self) -> None:
        self._do(Worker.objects.filter(pk=self.worker_id).delete)
