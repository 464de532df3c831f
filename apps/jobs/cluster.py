"""Runs the django-q2 cluster as a child process in a process group of its own, which ends with its parent."""

import logging
import os
import select
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from types import FrameType

from django.conf import settings
from django.db import connections
from django.urls import reverse
from django_q.cluster import Cluster

from apps.api.contract.contract import builtin_contract
from apps.jobs.health import WORKER_VARIABLE

logger = logging.getLogger(__name__)

#: How long a cluster may take to finish what it has in hand.
GRACE_SECONDS = 8


class ClusterProcess:
    """Starts, watches and ends one cluster. Ending it ends every process of its group."""

    def __init__(self, worker_id: str) -> None:
        environment = os.environ | {WORKER_VARIABLE: worker_id}
        # The pipe at its standard input closes when this process dies, however it dies.
        self._process = subprocess.Popen(
            [sys.executable, sys.argv[0], "worker", "--cluster"],
            stdin=subprocess.PIPE,
            env=environment,
            start_new_session=True,
        )

    @property
    def is_running(self) -> bool:
        """Whether the cluster's main process lives."""
        return self._process.poll() is None

    def stop(self) -> None:
        """Let the cluster finish its tasks for a few seconds, then end what is left of it."""
        # Only the main process is told: signalled as a group, the cluster hangs.
        self._process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(GRACE_SECONDS)
        self.kill()

    def kill(self) -> None:
        """End every process of the group at once."""
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()


def _load_what_every_step_needs() -> None:
    """Read addresses and contract before the processes fork: each would take seconds for it at its first step."""
    reverse(settings.LOGIN_URL)
    builtin_contract()


class _Cluster(Cluster):  # type: ignore[misc]
    """Told to stop, it leaves its main thread free to see that its guard or its parent is gone.

    django-q2 waits in the signal's handler for the guard to take note: for ever, where the guard was ended meanwhile.
    """

    is_stopping_in_order = False

    def sig_handler(self, _number: int, _frame: FrameType | None) -> None:
        """Let the processes finish what they have in hand, on a thread of its own."""
        if self.sentinel is None:
            # Nothing was started.
            sys.exit()
        if not self.is_stopping_in_order:
            self.is_stopping_in_order = True
            threading.Thread(target=self.stop, daemon=True).start()


def run_cluster() -> None:
    """Be the cluster's main process, until it is told to stop, its guard dies, or its parent dies."""
    _load_what_every_step_needs()
    connections.close_all()
    cluster = _Cluster()
    # A guard that ends before it has started the others is one that died: django-q2 has logged it.
    with suppress(RuntimeError):
        cluster.start()
    while cluster.sentinel.is_alive():
        readable, _, _ = select.select([sys.stdin.fileno()], [], [], 0.5)
        if readable:
            break
    if cluster.sentinel.exitcode != 0 and os.getpgrp() == os.getpid():
        # Not stopped in order: without its guard or its parent the group must not go on working.
        os.killpg(0, signal.SIGKILL)
