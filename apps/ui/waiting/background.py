"""A view at work in a thread, with a request of its own: what it does to it reaches no answer that was given before."""

import logging
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from copy import copy
from functools import cache
from threading import BoundedSemaphore
from typing import Any

from django.conf import settings
from django.contrib.messages.storage import default_storage
from django.contrib.sessions.backends.base import UpdateError
from django.core.handlers.exception import response_for_exception
from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token

from apps.ui.middleware import ApiErrorMiddleware
from apps.ui.waiting.answers import Answer
from apps.ui.waiting.frame_room import with_room

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]


class Background:
    """One view under way."""

    def __init__(self, view: View, request: HttpRequest, path: Mapping[str, Any]) -> None:
        # Its page and the frame share one token.
        get_token(request)
        self.asked_at = time.time()
        self._request = request
        self._own = own_request(request)
        self._context = copy_context()
        self._future: Future[HttpResponseBase] = _threads().submit(
            self._context.run, _in_thread, view, self._own, path
        )

    @classmethod
    def begin(cls, view: View, request: HttpRequest, path: Mapping[str, Any]) -> "Background | None":
        """Start the view; None where all threads are at work."""
        if not _free().acquire(blocking=False):
            return None
        started = cls(view, request, path)
        started._future.add_done_callback(lambda _: _free().release())
        return started

    def response_within(self, seconds: float) -> HttpResponseBase | None:
        """The response where it is there in time: then all is as if the view had been called. Raises what it raised."""
        wait([self._future], seconds)
        # Looked at once: a view that ends a moment later belongs to the frame.
        if not self._future.done():
            return None
        vars(self._request).update(vars(self._own))
        return self._future.result()

    def then(self, use: Callable[[Answer | None], None]) -> None:
        """Call with the answer once it is there, whatever became of it; None where it cannot be kept."""

        def finish(future: Future[HttpResponseBase]) -> None:
            answer = None
            try:
                error = future.exception()
                response = response_of(self._own, error) if isinstance(error, Exception) else future.result()
                answer = finished_answer(self._own, response, self.asked_at)
            finally:
                # Whoever waits for the answer is told in any case; and what was read here leaves no connection open.
                use(answer)
                close_old_connections()

        self._future.add_done_callback(lambda future: self._context.run(finish, future))


def own_request(request: HttpRequest) -> HttpRequest:
    """The same request for another thread: what is changed of it stays there."""
    own = type(request).__new__(type(request))
    vars(own).update(vars(request))
    own.META = dict(request.META)
    own.session = copy(request.session)
    # Read once: the session of the person is known, and is not read from the database again.
    vars(own.session)["_session_cache"] = dict(request.session.items())
    vars(own)["_messages"] = default_storage(own)
    return own


def response_of(request: HttpRequest, error: Exception) -> HttpResponse:
    """The page about what a view raised, as the middlewares make it."""
    known = ApiErrorMiddleware(_no_response).process_exception(request, error)
    return known or response_for_exception(request, error)


def finished_answer(request: HttpRequest, response: HttpResponseBase, asked_at: float) -> Answer | None:
    """The answer of a view whose request no middleware sees again: messages and session are written here."""
    if not isinstance(response, HttpResponse):
        response.close()
        return None
    vars(request)["_messages"].update(response)
    if request.session.modified:
        try:
            request.session.save()
        except UpdateError:
            logger.info("the session ended while its page was read")
    return Answer.of(response, asked_at)


def _no_response(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


@with_room
def _in_thread(view: View, request: HttpRequest, path: Mapping[str, Any]) -> HttpResponseBase:
    close_old_connections()
    try:
        return view(request, **path)
    finally:
        close_old_connections()


@cache
def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(settings.WEB_THREADS, "view")


@cache
def _free() -> BoundedSemaphore:
    return BoundedSemaphore(settings.WEB_THREADS)
