"""What a browser asks for before it is wanted: welcome only while that costs nobody anything.

A part of a page waits in the browser, for seconds (`ahead.js`). A page of its own waits here for the request that comes
for it; nothing of it goes to the browser before.
"""

import hashlib
import time
from threading import BoundedSemaphore

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.connections.page_activity import is_long_work_under_way
from apps.connections.rate_limit_pauses import was_paused_of_late
from apps.connections.used_keys import key_names_of
from apps.ui.waiting.answers import Answer
from apps.ui.waiting.own_changes import has_changed_since

#: How long a page waits to be wanted.
KEPT_SECONDS = 10.0
#: So long after a slow page nothing is asked for ahead.
CALM_SECONDS = 60
#: What marks such a request.
HEADER = "X-Ahead"
#: In one process no more are made at once.
at_once = BoundedSemaphore(2)

#: What is told once, and must be told by the page that is opened.
_TOLD_ONCE = ("messages", "unsent_form", "_messages")


def is_ahead(request: HttpRequest) -> bool:
    """Whether nobody looks at the answer yet: it counts as no visit."""
    return HEADER in request.headers or "prefetch" in request.headers.get("Sec-Purpose", "")


def question_of(request: HttpRequest) -> str:
    """Names which page is asked for, by whom: two requests of one name get the same answer."""
    person = signed_in_person(request)
    # The roles besides: somebody else may change it within the session.
    parts = [request.get_full_path(), str(person.pk), person.roles_key]
    parts += [request.headers.get(name, "") for name in ("Cookie", "Referer")]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def is_welcome(request: HttpRequest) -> bool:
    """Whether the rate budget is easy, the API quick, and nothing waits to be told to the person."""
    if request.headers.get("Save-Data") == "on" or _has_news(request):
        return False
    person = signed_in_person(request)
    return not was_slow_of_late(person) and not any(
        was_paused_of_late(name) or is_long_work_under_way(name) for name in key_names_of(person)
    )


def was_slow_of_late(person: User) -> bool:
    """Whether the person has waited for a page within the last minute: what can be done beside one is."""
    return bool(cache.get(f"slow-pages:{person.pk}"))


def may_use(request: HttpRequest, answer: Answer) -> bool:
    """Whether an answer is still good: the person has changed nothing since, and has the keys it was read with."""
    person = signed_in_person(request)
    return (
        not has_changed_since(person, answer.asked_at)
        and key_names_of(person).issuperset(answer.key_names)
        and not _has_news(request)
    )


def note_time(request: HttpRequest, asked_at: float) -> None:
    """A page is there now; after a slow one the API is asked for nothing ahead for a while."""
    if time.time() - asked_at > settings.SLOW_PAGE_MILLISECONDS / 1000:
        cache.set(f"slow-pages:{request.user.pk}", True, CALM_SECONDS)


def _has_news(request: HttpRequest) -> bool:
    return any(name in request.COOKIES or name in request.session for name in _TOLD_ONCE)
