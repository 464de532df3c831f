"""How long a session lasts: so many hours after signing in, and so many minutes after it was last used.

What a page asks for by itself is no use of it: a page that is left open overnight signs nobody in. Both times stand in
the session, which every request reads anyway; the time of the last use is written every few minutes.
"""

import time
from collections.abc import Callable
from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from apps.accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT = "signed_in_at"
USED_AT = "used_at"
#: How seldom the last use is written at most; with a short idle time-out more often.
_WRITTEN_EVERY_SECONDS = 300
_PARTS_OF_IDLE_TIME = 12
#: Sent by page.js with what a page asks for by itself, and with what is fetched ahead. A forged one only shortens.
_BY_ITSELF = ("X-Background", "X-Ahead")
#: Sent by browsers of themselves, about what a policy of ours made them refuse.
_REPORTS = ("application/csp-report", "application/reports+json")


class SessionLifeMiddleware:
    """Ends a session whose time is over, and notes that the others are used."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, as nobody's where its session is over."""
        session = request.session
        if SESSION_KEY in session:
            now = int(time.time())
            if is_over(session, now):
                _end(request)
            elif _is_to_be_noted(request, now):
                _note_use(request, now)
        return self.get_response(request)


def begin_session(sender: object, request: HttpRequest, **details: Any) -> None:
    """What signing in writes into the session; a receiver of Django's `user_logged_in`."""
    request.session[SIGNED_IN_AT] = request.session[USED_AT] = int(time.time())


def is_over(session: SessionBase, now: int) -> bool:
    """Whether a signed-in session has lasted long enough, or was not used for too long."""
    return is_over_by_times(session.get(SIGNED_IN_AT, now), session.get(USED_AT, now), now)


def is_over_by_times(signed_in_at: int, used_at: int, now: int) -> bool:
    """Whether a session of these times, in seconds, is over."""
    idle_seconds = settings.SESSION_IDLE_MINUTES * 60
    is_too_old = now - signed_in_at >= settings.SESSION_COOKIE_AGE
    return is_too_old or bool(idle_seconds and now - used_at >= idle_seconds)


def owner_of_ended_session(request: HttpRequest) -> str:
    """Whose session ended with this request; "" where none did."""
    return str(getattr(request, "_owner_of_ended_session", ""))


def _is_to_be_noted(request: HttpRequest, now: int) -> bool:
    if any(name in request.headers for name in _BY_ITSELF) or request.content_type in _REPORTS:
        return False
    idle_seconds = settings.SESSION_IDLE_MINUTES * 60
    step = min(_WRITTEN_EVERY_SECONDS, idle_seconds // _PARTS_OF_IDLE_TIME or _WRITTEN_EVERY_SECONDS)
    session = request.session
    return SIGNED_IN_AT not in session or now - session.get(USED_AT, 0) >= step


def _note_use(request: HttpRequest, now: int) -> None:
    """Written at once: what other requests write into the session while this one is answered stays."""
    session = request.session
    session.setdefault(SIGNED_IN_AT, now)
    session[USED_AT] = now
    try:
        session.save()
    except UpdateError:
        # Somebody ended it since it was read.
        _end(request)
        return
    session.modified = False
    if request.user.is_authenticated:
        UserSession.objects.create_from_request(request)
        User.objects.filter(pk=request.user.pk).update(last_seen_at=timezone.now())


def _end(request: HttpRequest) -> None:
    request._owner_of_ended_session = request.session[SESSION_KEY]  # type: ignore[attr-defined]
    request.session.flush()
    request.user = AnonymousUser()
