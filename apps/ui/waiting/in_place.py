"""A page that a script puts in the place of the one it was opened from (`opening.js`): its main part alone is sent."""

import time

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from apps.ui.waiting import ahead, answers
from apps.ui.waiting.answers import Answer
from apps.ui.waiting.frame import FRAME_HEADER, part_of

#: What marks such a request, and its answer where that is a main part.
IN_PLACE_HEADER = "X-In-Place"


def opened_in_place(request: HttpRequest, page: HttpResponseBase) -> HttpResponseBase:
    """The main part of a page. Of anything else no content: the browser goes there, and a frame waits for it here."""
    if not isinstance(page, HttpResponse) or page.status_code != 200:
        page.close()
        return HttpResponse(status=204)
    answer = Answer.of(page, time.time())
    if FRAME_HEADER in page.headers:
        name = ahead.question_of(request)
        if answers.begin(name):
            answers.keep(name, answer, ahead.KEPT_SECONDS)
        return HttpResponse(status=204)
    part = part_of(answer)
    part[IN_PLACE_HEADER] = "1"
    answer.set_cookies(part)
    return part
