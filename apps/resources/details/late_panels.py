"""Lists on a record's page that let wait longer than the record: the page is sent, and each follows on its own."""

import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass

from django.db import close_old_connections
from django.http import HttpRequest, HttpResponse

from apps.api.client import Page
from apps.api.errors import ApiError
from apps.ui.waiting import answers
from apps.ui.waiting.answers import Answer
from apps.ui.waiting.handed_over import HANDED_OVER_SECONDS, new_name

logger = logging.getLogger(__name__)
Reading = Future[Page | ApiError]

#: So long the lists are waited for once the record is there: where the API is quick, none is late.
PATIENCE_SECONDS = 0.5
#: By which header the place of a late list names its answer.
PANEL_HEADER = "X-Panel"


@dataclass(frozen=True)
class LatePanel:
    """The place of a list that is still being read."""

    name: str
    title: str
    url: str
    answer_name: str
    is_late: bool = True


def late_ones(readings: Sequence[Reading]) -> set[int]:
    """The places of those that are not there after a short wait."""
    wait(readings, PATIENCE_SECONDS)
    return {place for place, reading in enumerate(readings) if not reading.done()}


def hand_over(
    request: HttpRequest, reading: Reading, key_name: str, draw: Callable[[Page | ApiError], HttpResponse]
) -> str:
    """Draw the list as soon as it is there, for whoever asks for it by the name that this gives."""
    name, context, asked_at = new_name(request), copy_context(), time.time()
    answers.begin(name)

    def finish() -> None:
        answer = None
        try:
            answer = Answer(200, {}, draw(reading.result()).text, asked_at=asked_at, key_names=[key_name])
        except Exception as error:
            logger.warning("a late list was not drawn: %s", type(error).__name__)
        finally:
            # Whoever waits is told in any case, and reads it anew.
            answers.keep(name, answer, HANDED_OVER_SECONDS)
            close_old_connections()

    reading.add_done_callback(lambda _: context.run(finish))
    return name
