"""Notes which records a person opens: after the answer went out, and never for a page that is fetched ahead.

The page of a record names it in a header of its own, which travels with an answer that waits for its request
(`apps.ui.waiting`) and never reaches the browser.
"""

import json
import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import DatabaseError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.shortcuts.recents import note_recent
from apps.shortcuts.record_link import RecordLink
from apps.shortcuts.stars import renew_star
from apps.ui.waiting.ahead import is_ahead
from apps.ui.waiting.frame import OPENED_HEADER

logger = logging.getLogger(__name__)
View = Callable[..., HttpResponseBase]


def name_record(response: HttpResponseBase, link: RecordLink) -> None:
    """The response is the page of this record."""
    response.headers[OPENED_HEADER] = json.dumps(link.values())


def noting_opened(view: View) -> View:
    """The view, with what it shows among the records that the person opened last."""

    @wraps(view)
    def answered(request: HttpRequest, **path: Any) -> HttpResponseBase:
        response = view(request, **path)
        named = response.headers.get(OPENED_HEADER)
        del response.headers[OPENED_HEADER]
        if named and request.method == "GET" and not is_ahead(request):
            _after(response, signed_in_person(request), RecordLink(**json.loads(named)))
        return response

    return answered


def _after(response: HttpResponseBase, person: User, link: RecordLink) -> None:
    close = response.close

    def close_and_note() -> None:
        try:
            note_recent(person, link)
            renew_star(person, link)
        except DatabaseError as error:
            logger.warning("an opened record was not noted: %s", type(error).__name__)
        finally:
            close()

    # The server closes a response when all of it was sent.
    response.close = close_and_note  # type: ignore[method-assign]
