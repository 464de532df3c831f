"""Failpoints: named places in the code where a test can kill, freeze or fail the process.

`FAILPOINTS="export.sent=kill-worker@1,mail.sent=stop:9"`: name, action and, after `@`, the one hit that acts.
Hits are counted in files under `DATA_DIRECTORY/failpoints`, because the process that counts does not live on.
"""

import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

_ENTRY = re.compile(r"(?P<name>[a-z.-]+)=(?P<action>kill-worker|kill-group|raise|stop:\d+)(@(?P<hit>\d+))?")


class PlantedFault(Exception):
    """What the action `raise` raises."""


@dataclass(frozen=True)
class Failpoint:
    """What happens at one named place, and at which hit; None is every hit."""

    action: str
    hit: int | None


@cache
def parse(text: str) -> dict[str, Failpoint]:
    """The failpoints by name. Raises `ImproperlyConfigured` for a word that is none."""
    failpoints = {}
    for entry in filter(None, text.split(",")):
        match = _ENTRY.fullmatch(entry.strip())
        if not match:
            raise ImproperlyConfigured(f"FAILPOINTS: {entry!r} is not name=action")
        hit = match["hit"]
        failpoints[match["name"]] = Failpoint(match["action"], int(hit) if hit else None)
    return failpoints


def fp(name: str) -> None:
    """Do what FAILPOINTS plants at `name`; nothing in normal operation."""
    if not settings.FAILPOINTS:
        return
    failpoint = parse(settings.FAILPOINTS).get(name)
    if failpoint is None:
        return
    hit = _record_hit(name)
    if failpoint.hit in (None, hit):
        (_directory() / f"{name}.act-{hit}").touch()
        _act(failpoint.action, name)


def hits(name: str) -> int:
    """How often the place was reached while it was planted."""
    return len(list(_directory().glob(f"{name}.hit-*")))


def _record_hit(name: str) -> int:
    """The number of this hit, counted over all processes: each number is one file, made once."""
    directory = _directory()
    directory.mkdir(parents=True, exist_ok=True, mode=0o700)
    number = 1
    while True:
        try:
            os.close(os.open(directory / f"{name}.hit-{number}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
            return number
        except FileExistsError:
            number += 1


def _act(action: str, name: str) -> None:
    if action == "raise":
        raise PlantedFault(name)
    if action == "kill-worker":
        os.kill(os.getpid(), signal.SIGKILL)
    if action == "kill-group":
        os.killpg(os.getpgrp(), signal.SIGKILL)
    seconds = int(action.removeprefix("stop:"))
    wake = f"import os, signal, time; time.sleep({seconds}); os.kill({os.getpid()}, signal.SIGCONT)"
    subprocess.Popen([sys.executable, "-c", wake], start_new_session=True)
    os.kill(os.getpid(), signal.SIGSTOP)


def _directory() -> Path:
    return Path(settings.DATA_DIRECTORY) / "failpoints"
