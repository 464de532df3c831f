"""Starts, watches and stops the processes of the demo."""

import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_SECONDS = 7.0
LOOK_SECONDS = 0.1
SHOWN_LOG_LINES = 15


class ProcessEnded(Exception):
    """A process that should have stayed is gone; the message names it and shows the end of its log."""


class Stopped(Exception):
    """Somebody asked for the end while something was waited for."""


def port_is_free(host: str, port: int) -> bool:
    """Whether a server may listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


class Processes:
    """A context: leaving it, in whatever way, ends every process group started within."""

    def __init__(self, directory: Path, environment: Mapping[str, str], logs: Path) -> None:
        self.stop = threading.Event()
        self._directory, self._environment, self._logs = directory, dict(environment), logs
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._tasks: set[str] = set()

    def __enter__(self) -> Self:
        for directory in (self._logs.parent, self._logs):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self.stop.set())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._running.values():
            _signal_group(process, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for process in self._running.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
        for process in self._running.values():  # a leader that is gone may have left children behind
            _signal_group(process, signal.SIGKILL)
            process.wait()

    def start(self, name: str, command: Sequence[str], *, ends: bool = False) -> None:
        """Starts a command in a session of its own, its output going to `<name>.log`; a task `ends` by itself."""
        if ends:
            self._tasks.add(name)
        with self._log(name).open("wb") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=self._directory,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def finish(self, name: str) -> None:
        """Waits for the end of a task; Raises `ProcessEnded` when it ends with an error."""
        process = self._running.pop(name)
        try:
            while process.poll() is None:
                self._wait()
        finally:
            _signal_group(process, signal.SIGKILL)
        if process.returncode:
            raise ProcessEnded(self._obituary(name, process))

    def wait_for(self, host: str, port: int, path: str, seconds: float) -> None:
        """Waits till an address answers 200; Raises `ProcessEnded` when it does not in time or a process ends."""
        deadline = time.monotonic() + seconds
        while not answers(host, port, path):
            self._look()
            if time.monotonic() > deadline:
                raise ProcessEnded(f"http://{host}:{port}{path} gave no answer within {seconds:.0f} seconds.")
            self._wait()

    def watch(self) -> None:
        """Returns when asked to stop; Raises `ProcessEnded` when a process ends before that."""
        with suppress(Stopped):
            while True:
                self._look()
                self._wait()

    def _wait(self) -> None:
        if self.stop.wait(LOOK_SECONDS):
            raise Stopped

    def _look(self) -> None:
        for name, process in self._running.items():
            status = process.poll()
            if status is not None and (status or name not in self._tasks):
                raise ProcessEnded(self._obituary(name, process))

    def _log(self, name: str) -> Path:
        return self._logs / f"{name}.log"

    def _obituary(self, name: str, process: subprocess.Popen[bytes]) -> str:
        lines = self._log(name).read_text(encoding="utf-8", errors="replace").splitlines()
        end = "\n".join(f"  {line}" for line in lines[-SHOWN_LOG_LINES:])
        return f"The {name} process ended with status {process.returncode}:\n{end}"


def _signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def answers(host: str, port: int, path: str) -> bool:
    """Whether an address answers 200 now."""
    connection = HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
