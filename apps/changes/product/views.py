"""What happened to the product itself: the page and its file of JSON lines."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import signed_in_person
from apps.audit.events import EventKind, describe_download
from apps.audit.feed.json_lines import json_line
from apps.audit.models import Event
from apps.changes.product.page import ProductPage
from apps.changes.product.state import ProductState
from apps.changes.product.visible import visible_events
from apps.ui.files.download_limits import limited_for_people

_AT_ONCE = 500


@require_safe
def product(request: HttpRequest) -> HttpResponse:
    """What happened to the product, as far as the person may see it, newest first."""
    state = ProductState.from_query(request.GET, timezone.get_current_timezone())
    if any(not value for value in request.GET.values()):
        return redirect(request.path + state.query_string())
    return render(request, "changes/product.html", {"page": ProductPage(signed_in_person(request), state)})


@require_safe
@limited_for_people
def product_file(request: HttpRequest) -> HttpResponseBase:
    """The same on all its pages, newest first, as JSON lines; read while it is sent."""
    state = ProductState.from_query(request.GET, timezone.get_current_timezone())
    events = visible_events(signed_in_person(request)).filter(state.criteria())
    response = StreamingHttpResponse(_lines(events), content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="product_{timezone.localdate():%Y-%m-%d}.jsonl"'
    response["X-Content-Type-Options"] = "nosniff"
    return describe_download(response, EventKind.LOG_DOWNLOADED, facts={"filters": dict(state.values)})


def _lines(events: QuerySet[Event]) -> Iterator[str]:
    place = Q()
    while True:
        # The next part may be read by another thread, and none of them keeps a connection.
        if not connection.in_atomic_block:
            connection.close()
        part = list(events.filter(place).order_by("-at", "-pk")[:_AT_ONCE])
        if not part:
            return
        yield "".join(map(json_line, part))
        last = part[-1]
        place = Q(at__lt=last.at) | Q(at=last.at, pk__lt=last.pk)
