"""The pages of the change log: the list and its file, one entry, and the history of a record."""

import uuid

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.access import hold_to_service, signed_in_person
from apps.api.json_text import json_text
from apps.changes.csv_rows import HEADER, csv_rows
from apps.changes.page import LogPage
from apps.changes.putting_back import visible_entries
from apps.changes.rows import outside_rows, rows_of
from apps.changes.search import LogSearch
from apps.changes.state import LogState
from apps.ui.files.csv_files import streamed_csv
from apps.ui.files.download_limits import limited_for_people
from apps.ui.files.responses import workbook_response
from apps.ui.fragments import RESULTS_ID, is_fragment_wanted, push_address

#: Entries that a record's page shows of it.
HISTORY_LENGTH = 10


@require_safe
def change_list(request: HttpRequest) -> HttpResponse:
    """Every write that the person may see, newest first, or the results alone for HTMX."""
    state = LogState.from_query(request.GET, timezone.get_current_timezone())
    is_fragment = is_fragment_wanted(request, RESULTS_ID)
    if not is_fragment and any(not value for value in request.GET.values()):
        return redirect(request.path + state.query_string())
    page = LogPage(signed_in_person(request), state)
    template = "changes/_results.html" if is_fragment else "changes/list.html"
    response = render(request, template, {"page": page, "list_url": reverse("changes:list")})
    if is_fragment:
        push_address(request, response, page.url)
    return response


@require_safe
@limited_for_people
def change_file(request: HttpRequest) -> HttpResponseBase:
    """What the list shows on all its pages, as CSV."""
    zone = timezone.get_current_timezone()
    state = LogState.from_query(request.GET, zone).newest()
    search = LogSearch(signed_in_person(request), state, at_once=1000)
    return streamed_csv(f"changes_{timezone.localdate():%Y-%m-%d}", HEADER, csv_rows(search, zone))


@require_safe
def change_workbook(request: HttpRequest) -> FileResponse:
    """The newest 50,000 of the same as a workbook."""
    zone = timezone.get_current_timezone()
    search = LogSearch(
        signed_in_person(request), LogState.from_query(request.GET, zone).newest(), at_once=1000
    )
    return workbook_response(f"changes_{timezone.localdate():%Y-%m-%d}", HEADER, csv_rows(search, zone))


@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """The newest changes of one record, for its page; the list of them for who comes without HTMX."""
    state = LogState.from_query(request.GET, timezone.get_current_timezone())
    if not is_fragment_wanted(request, "history-rows") or "record" not in state.values:
        return redirect(reverse("changes:list") + state.query_string())
    person = signed_in_person(request)
    entries = []
    for entry in LogSearch(person, state, at_once=HISTORY_LENGTH + 1):
        entries.append(entry)
        if len(entries) > HISTORY_LENGTH:
            break
    context = {
        "rows": rows_of(entries[:HISTORY_LENGTH], person),
        "outside": outside_rows(person, state.values, state.place),
        "has_more": len(entries) > HISTORY_LENGTH,
        "list_url": reverse("changes:list") + state.query_string(),
        "next": request.htmx.current_url_abs_path if hasattr(request, "htmx") else "",
    }
    return render(request, "changes/_history.html", context)


@require_safe
def entry(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """All that the log tells of one write."""
    person = signed_in_person(request)
    found = get_object_or_404(visible_entries(person), pk=entry_id)
    hold_to_service(request, found.service_id)
    [row] = rows_of([found], person)
    body = "" if found.body is None else json_text(found.body, indent=2)
    return render(request, "changes/entry.html", {"row": row, "body": body})
