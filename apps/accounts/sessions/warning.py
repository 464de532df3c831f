"""Says on the open page that the session is about to end, and takes that back once it is used (WCAG 2.2.1).

The bell of every page asks each half minute for what is new, and its answer carries the words; that is no use of the
session, unless somebody typed, clicked or scrolled since the last one.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from apps.accounts.sessions.life import SIGNED_IN_AT, USED_AT

#: The bell sends it along while the words are on the page.
SHOWN = "session_end_shown"
_LONGEST_SECONDS, _SHORTEST_SECONDS, _PART_OF_IDLE_TIME = 600, 60, 4


class End(NamedTuple):
    """When a session ends, and whether using it puts that off."""

    at: int
    can_be_put_off: bool


def end_of(session: SessionBase, now: int) -> End:
    """When the session ends if nobody uses it from now on."""
    at_the_latest = session.get(SIGNED_IN_AT, now) + settings.SESSION_COOKIE_AGE
    idle_seconds = settings.SESSION_IDLE_MINUTES * 60
    unused = session.get(USED_AT, now) + idle_seconds
    if idle_seconds and unused < at_the_latest:
        return End(unused, can_be_put_off=True)
    return End(at_the_latest, can_be_put_off=False)


def warning_of_end(request: HttpRequest) -> HttpResponse:
    """What the bell's question is answered with: the words, their removal, or nothing (204)."""
    now = int(time.time())
    is_shown = SHOWN in request.GET
    end = end_of(request.session, now) if SESSION_KEY in request.session else None
    is_near = end is not None and end.at - now <= _warned_seconds()
    if end is None or is_near == is_shown:
        return HttpResponse(status=204)
    moment = timezone.localtime(datetime.fromtimestamp(end.at, UTC))
    context = {
        "is_near": is_near,
        "shown": SHOWN,
        "when": f"{moment:%H:%M}",
        "can_be_put_off": end.can_be_put_off,
        "hours": timedelta(seconds=settings.SESSION_COOKIE_AGE) // timedelta(hours=1),
    }
    return render(request, "accounts/_session_end.html", context)


def _warned_seconds() -> int:
    """How long before the end it is told."""
    part = settings.SESSION_IDLE_MINUTES * 60 // _PART_OF_IDLE_TIME or _LONGEST_SECONDS
    return min(_LONGEST_SECONDS, max(_SHORTEST_SECONDS, part))
