"""The one mechanism of pages that wait for the API: `frame_first(view)` in an address table.

The view works in a thread. Where it answers at once, all is as without it. Else the browser gets the frame of the page
with what is known of it, asks for the rest by HTMX, and gets what the thread has made meanwhile: the API is asked once.
Only browsers that run scripts get frames (a cookie of `page.js` says so); all others wait for the whole page.
"""

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial, wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.connections.used_keys import collected_keys
from apps.ui.waiting import ahead, answers, known_pages
from apps.ui.waiting.answers import Answer
from apps.ui.waiting.background import Background, finished_answer, own_request, response_of
from apps.ui.waiting.frame import Facts, frame, note_styles, part_of
from apps.ui.waiting.handed_over import HANDED_OVER_SECONDS, new_name, take_own
from apps.ui.waiting.in_place import IN_PLACE_HEADER, opened_in_place

logger = logging.getLogger(__name__)

#: So long a page is waited for before its frame is sent.
PATIENCE_SECONDS = 0.15
#: By which header a frame names the answer that is made for it.
ANSWER_HEADER = "X-Answer"
#: Set by `page.js`.
SCRIPTS_COOKIE = "scripts"

View = Callable[..., HttpResponseBase]
KnownFacts = Callable[[HttpRequest, Mapping[str, Any]], Facts | None]


def frame_first(view: View, known_facts: KnownFacts | None = None) -> View:
    """The view with its frame first where the API lets wait. `known_facts` says what is known of a page never seen."""

    @wraps(view)
    def answered(request: HttpRequest, **path: Any) -> HttpResponseBase:
        if request.method != "GET" or SCRIPTS_COOKIE not in request.COOKIES:
            return view(request, **path)
        if ANSWER_HEADER in request.headers:
            return _rest(view, request, path)
        if ahead.is_ahead(request):
            return _ask_ahead(view, request, path)
        if not _is_whole_page(request):
            return view(request, **path)
        found = answers.take(ahead.question_of(request))
        is_found = found is not None and ahead.may_use(request, found)
        page = found.response() if found and is_found else _page_or_frame(view, request, path, known_facts)
        return opened_in_place(request, page) if IN_PLACE_HEADER in request.headers else page

    return answered


def _is_whole_page(request: HttpRequest) -> bool:
    return "HX-Request" not in request.headers and "text/html" in request.headers.get("Accept", "")


def _page_or_frame(
    view: View, request: HttpRequest, path: Mapping[str, Any], known_facts: KnownFacts | None
) -> HttpResponseBase:
    with collected_keys() as used:
        background = Background.begin(view, request, path)
    if background is None:
        return view(request, **path)
    response = background.response_within(PATIENCE_SECONDS)
    if response is not None:
        if isinstance(response, HttpResponse):
            answer = Answer(response.status_code, {}, response.text, asked_at=background.asked_at)
            known_pages.remember(request, answer, used, is_slow=False)
            note_styles(request, answer.body)
        return response
    # As it is now: the thread goes on adding to what it has.
    name = new_name(request)
    answers.begin(name)
    background.then(partial(_hand_over, request, name, used))
    return frame(request, path, name, known_facts)


def _hand_over(request: HttpRequest, name: str, used: set[str], answer: Answer | None) -> None:
    answer = answer and replace(answer, key_names=sorted(used))
    answers.keep(name, answer, HANDED_OVER_SECONDS)
    if answer:
        ahead.note_time(request, answer.asked_at)
        known_pages.remember(request, answer, used, is_slow=True)
        note_styles(request, answer.body)


def _rest(view: View, request: HttpRequest, path: Mapping[str, Any]) -> HttpResponse:
    """What a frame waits for; made anew where it is not there any more."""
    name = request.headers[ANSWER_HEADER]
    answer = take_own(request, name) or _asked_anew(view, request, path)
    response = part_of(answer)
    answer.set_cookies(response)
    return response


def _asked_anew(view: View, request: HttpRequest, path: Mapping[str, Any]) -> Answer:
    """The answer to a browser that asks for the whole page."""
    own = own_request(request)
    for header in [name for name in own.META if name.startswith("HTTP_HX_")]:
        del own.META[header]
    vars(own).pop("headers", None)
    vars(own).pop("htmx", None)
    asked_at = time.time()
    try:
        response = view(own, **path)
    except Exception as error:
        response = response_of(own, error)
    return finished_answer(own, response, asked_at) or Answer(500, {}, "")


def _ask_ahead(view: View, request: HttpRequest, path: Mapping[str, Any]) -> HttpResponse:
    """The answer of a part, which waits in the browser; of a page no content: its answer waits here."""
    refused = HttpResponse(status=204, headers={ahead.HEADER: "no"})
    if not ahead.is_welcome(request) or not ahead.at_once.acquire(blocking=False):
        return refused
    try:
        if not _is_whole_page(request):
            answer = _read_ahead(view, request, path)
            return answer.response() if answer else refused
        name = ahead.question_of(request)
        if answers.begin(name):
            answer = None
            try:
                answer = _read_ahead(view, request, path)
            finally:
                answers.keep(name, answer, ahead.KEPT_SECONDS)
            if answer is None:
                return refused
    finally:
        ahead.at_once.release()
    return HttpResponse(status=204)


def _read_ahead(view: View, request: HttpRequest, path: Mapping[str, Any]) -> Answer | None:
    """None for all but a page as it will be wanted: whatever else it is, it is told then."""
    answer = None
    asked_at = time.time()
    try:
        own = own_request(request)
        with collected_keys() as used:
            finished = finished_answer(own, view(own, **path), asked_at)
        if finished and finished.status == 200:
            answer = replace(finished, key_names=sorted(used))
    except Exception as error:
        logger.info("nothing was read ahead: %s", type(error).__name__)
    ahead.note_time(request, asked_at)
    return answer
