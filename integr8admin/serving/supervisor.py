"""Looks after the web processes: each one that ends, or does not answer, is replaced; a signal ends them all.

It takes the place of the process that loaded the application and forked the others (`processes.py`): a program anew,
which imports nothing of the site, or a third copy of it all would lie in memory for the sake of waiting. Of the
standard library it imports what waiting needs: data classes and `logging` would be a third of its memory.
"""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Sequence

LOOK_SECONDS = 0.5
#: A process that has not answered for so long is stuck.
ANSWER_SECONDS = 30.0
#: So long after a signal whatever still runs is killed: longer than requests have to end (`configuration.py`).
LONGEST_END_SECONDS = 40.0
#: What stops everything. With the signal of an ended process they are waited for; until then they stay blocked.
STOPPING = frozenset({signal.SIGTERM, signal.SIGINT})
AWAITED = STOPPING | {signal.SIGCHLD, signal.SIGHUP}
#: uvicorn's exit status of a process that could not begin: the next one could not either.
STARTUP_FAILURE = 3


class WebProcess:
    """One process, and this end of the pair by which it is asked whether it still works."""

    def __init__(self, number: int, pair: socket.socket) -> None:
        self.number = number
        self.pair = pair
        self.answered_at = time.monotonic()


class Supervisor:
    """Keeps as many processes as there were at the start; `command` begins one, and is told its socket of the pair."""

    def __init__(self, processes: Sequence[WebProcess], command: Sequence[str]) -> None:
        self._processes = {process.number: process for process in processes}
        self._command = command
        self._status = 0

    def run(self) -> int:
        """Until a signal comes, or a process cannot begin; the exit status."""
        while True:
            received = signal.sigtimedwait(AWAITED, LOOK_SECONDS)
            if received is not None and received.si_signo in STOPPING:
                break
            self._replace_ended()
            if self._status:
                break
            for process in self._processes.values():
                self._ask(process)
        self._end_all()
        return self._status

    def _replace_ended(self) -> None:
        for number, status in _ended():
            process = self._processes.pop(number, None)
            if process is None:
                continue
            process.pair.close()
            if status == STARTUP_FAILURE:
                _log("ERROR", f"Web process {number} could not begin; the others are stopped")
                self._status = status
                return
            _log("WARNING", f"Web process {number} ended ({status}); another one begins")
            self._begin()

    def _begin(self) -> None:
        ours, theirs = socket.socketpair()
        number = os.fork()
        if not number:
            theirs.set_inheritable(True)
            signal.pthread_sigmask(signal.SIG_SETMASK, ())
            os.execv(self._command[0], [*self._command, str(theirs.fileno())])  # noqa: S606  # nosec B606: our own
        theirs.close()
        self._processes[number] = WebProcess(number, ours)

    def _ask(self, process: WebProcess) -> None:
        now = time.monotonic()
        try:
            if process.pair.recv(1024, socket.MSG_DONTWAIT):
                process.answered_at = now
        except OSError:
            if now - process.answered_at > ANSWER_SECONDS:
                _log("ERROR", f"Web process {process.number} does not answer; it is killed")
                os.kill(process.number, signal.SIGKILL)
        try:
            process.pair.send(b"?", socket.MSG_DONTWAIT)
        except OSError:
            # It has not read the ones before, or has just ended.
            return

    def _end_all(self) -> None:
        for number in self._processes:
            os.kill(number, signal.SIGTERM)
        latest = time.monotonic() + LONGEST_END_SECONDS
        while self._processes:
            signal.sigtimedwait({signal.SIGCHLD}, LOOK_SECONDS)
            for number, _ in _ended():
                self._processes.pop(number, None)
            if time.monotonic() > latest:
                for number in self._processes:
                    os.kill(number, signal.SIGKILL)


def _ended() -> list[tuple[int, int]]:
    """The processes that ended since, with their status; the number of a signal is negative."""
    found: list[tuple[int, int]] = []
    while True:
        try:
            number, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return found
        if not number:
            return found
        found.append((number, os.waitstatus_to_exitcode(status)))


def _log(level: str, words: str) -> None:
    """A line of the log, as the web processes write theirs."""
    import logging

    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s [-] %(message)s", level=logging.INFO)
    logging.getLogger("integr8admin.serving").log(logging.getLevelNamesMapping()[level], "%s", words)


def main() -> int:
    """Look after the processes that the one before this has begun."""
    told = json.loads(sys.argv[1])
    processes = [WebProcess(number, socket.socket(fileno=pair)) for number, pair in told["processes"]]
    for process in processes:
        process.pair.set_inheritable(False)
    return Supervisor(processes, told["command"]).run()


if __name__ == "__main__":
    sys.exit(main())
