"""How many requests are worked on at once for one person, for one network of guests, and for all guests.

Counted in each web process, like files. Who asks is known by the session: Django says whose it is in its answer, so a
cookie counts for a person once it has opened something as that person. Whoever makes cookies up stays a guest.
"""

import contextlib
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from apps.accounts.client_address import SIGNED_IN_PERSON, client_network
from integr8admin.serving.queues import Busy, Queue

_MOST_SESSIONS = 10_000
#: So many more may wait for each that is worked on.
_WAITING_FOR_EACH = 4
_WAITING_FOR_EACH_ACCOUNT = 6
_GUESTS = "guests"


class TooMany(Busy):
    """One person, or one network of guests, asks for more at once than it may."""


class FairShare:
    """Turns within one's own share of the threads; those of others stay free meanwhile.

    Forms around signing in have a queue of their own besides, with few of the threads (`account_turn`).
    """

    def __init__(self, threads: int, per_person: int, per_guest: int, seconds: float) -> None:
        # Whatever the settings say, one thread is left for others.
        most = max(1, threads - 1)
        self._per_person = min(per_person, most)
        self._per_guest = min(per_guest, most)
        self._seconds = seconds
        guests = max(1, threads // 2)
        self._guests = Queue(guests, threads * 8, seconds)
        accounts = max(1, threads // 4)
        self._accounts = Queue(accounts, accounts * _WAITING_FOR_EACH_ACCOUNT, seconds)
        self._per_account_share = max(1, accounts // 2)
        self._account_waiting = accounts * _WAITING_FOR_EACH_ACCOUNT
        self._queues: dict[str, tuple[Queue, int]] = {}
        self._person_of: OrderedDict[str, str] = OrderedDict()

    @contextlib.asynccontextmanager
    async def turn(self, environ: dict[str, Any]) -> AsyncIterator[None]:
        """A turn of whoever asks. Raises `TooMany` where their own share is full, `Busy` where the guests' is."""
        session = _session_of(environ)
        person = self._person_of.get(session)
        async with contextlib.AsyncExitStack() as turns:
            await turns.enter_async_context(self._own_turn(person, environ))
            if person is None:
                await turns.enter_async_context(self._guests.turn())
            yield
        # Some answers ask for nobody, as those of static files.
        if SIGNED_IN_PERSON in environ:
            self._note(session, environ[SIGNED_IN_PERSON])

    @contextlib.asynccontextmanager
    async def account_turn(self, environ: dict[str, Any]) -> AsyncIterator[None]:
        """A turn of a form around signing in. Raises as `turn` does.

        Whoever sends many waits behind themselves, and has few places in the queue of all.
        """
        key = _who(self._person_of.get(_session_of(environ)), environ)
        share = Queue(self._per_account_share, self._account_waiting, self._seconds)
        async with self._turn_of(f"account:{key}", share), self._accounts.turn():
            yield

    def _own_turn(
        self, person: str | None, environ: dict[str, Any]
    ) -> contextlib.AbstractAsyncContextManager[None]:
        working = self._per_guest if person is None else self._per_person
        share = Queue(working, working * _WAITING_FOR_EACH, self._seconds)
        return self._turn_of(_who(person, environ), share)

    @contextlib.asynccontextmanager
    async def _turn_of(self, key: str, new: Queue) -> AsyncIterator[None]:
        """A turn in the queue of this name, which is there as long as somebody is in it."""
        queue, users = self._queues.get(key, (new, 0))
        self._queues[key] = queue, users + 1
        turn = queue.turn()
        try:
            try:
                await turn.__aenter__()
            except Busy as busy:
                raise TooMany from busy
            try:
                yield
            finally:
                await turn.__aexit__(None, None, None)
        finally:
            queue, users = self._queues.pop(key)
            if users > 1:
                self._queues[key] = queue, users - 1

    def _note(self, session: str, person: str) -> None:
        self._person_of.pop(session, None)
        if session and person:
            self._person_of[session] = person
            while len(self._person_of) > _MOST_SESSIONS:
                self._person_of.popitem(last=False)


def _who(person: str | None, environ: dict[str, Any]) -> str:
    return f"guest:{_network_of(environ)}" if person is None else f"person:{person}"


def _session_of(environ: dict[str, Any]) -> str:
    """A digest of the session's cookie; "" without one."""
    for part in environ.get("HTTP_COOKIE", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == settings.SESSION_COOKIE_NAME and value:
            return hashlib.sha256(value.encode()).hexdigest()
    return ""


def _network_of(environ: dict[str, Any]) -> str:
    request = HttpRequest()
    request.META = environ
    return client_network(request)
