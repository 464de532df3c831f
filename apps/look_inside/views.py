"""Views of *Preview and analyse*; each asks the API whether the person may see it (access.py)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.exports.truncation import truncation_of
from apps.look_inside.access import AuthorizedExport, authorize, was_authorized
from apps.look_inside.combining import combined
from apps.look_inside.file_views import FIGURE_FORMATS, FILE_FORMATS
from apps.look_inside.models import PreparedTable, State, begin_again, give_up_unseen, note_opened
from apps.look_inside.prepare.preview import read_preview
from apps.look_inside.query.connection import Busy, TableGone, open_table
from apps.look_inside.query.filters import ADD_COLUMN
from apps.look_inside.query.results import LookResults
from apps.look_inside.query.state import PreparedTableState, others_in
from apps.look_inside.saved import saved_links
from apps.look_inside.table_directories import directory_of, spill_directory
from apps.look_inside.tables import table_of
from apps.ui.files.workbook import MAXIMUM_ROWS
from apps.ui.fragments import is_fragment_wanted

RESULTS_ID = "results"
PROGRESS_ID = "progress"
POLL_SECONDS = 2


@require_safe
def look_inside(request: HttpRequest, service_id: UUID, remote_id: str) -> HttpResponse:
    """The table of a finished export; while it is prepared the first rows, and how far it is."""
    person = signed_in_person(request)
    if is_fragment_wanted(request, PROGRESS_ID):
        moving = _still_moving(person, service_id, remote_id)
        if moving:
            return render(request, "look_inside/_progress.html", _progress_context(request, moving))
    admitted = authorize(person, service_id, remote_id)
    if not admitted.has_file:
        return _page(request, admitted, {}, status=409)
    table = table_of(person, admitted, remote_id)
    if table.is_ready:
        try:
            return _inside(request, admitted, table)
        except TableGone:
            if directory_of(table).exists() or not give_up_unseen(table):
                begin_again(table, asked_by=person)
            # Where it was removed to make room at this moment, a new one begins.
            table = table_of(person, admitted, remote_id)
    return _not_ready(request, admitted, table)


@require_POST
def try_again(request: HttpRequest, service_id: UUID, remote_id: str) -> HttpResponse:
    """Have a table prepared that could not be, now with this person's key."""
    person = signed_in_person(request)
    admitted = authorize(person, service_id, remote_id)
    table = get_object_or_404(
        PreparedTable,
        service_id=service_id,
        remote_id=remote_id,
        artifact_name=admitted.export.artifact_name,
    )
    if not (table.has_failed or table.is_too_large):
        messages.info(request, "The file is being prepared already.")
    elif begin_again(table, asked_by=person):
        messages.success(request, "The file is being prepared again.")
    return redirect("look_inside:open", service_id, remote_id)


def _still_moving(person: User, service_id: UUID, remote_id: str) -> PreparedTable | None:
    """The table that a waiting page asks about, while there is nothing but its progress to tell."""
    table = PreparedTable.objects.filter(
        service_id=service_id, remote_id=remote_id, state__in=(State.QUEUED, State.PREPARING)
    ).first()
    if table and was_authorized(person, service_id, remote_id, table.artifact_name):
        return table
    return None


def _inside(request: HttpRequest, admitted: AuthorizedExport, table: PreparedTable) -> HttpResponse:
    """The rows or groups that the address asks for. Raises `TableGone`."""
    made = combined(signed_in_person(request), admitted, table, others_in(request.GET))
    if made.waiting:
        return _not_ready(request, admitted, made.waiting)
    facts = made.facts
    url = reverse("look_inside:open", args=[table.service_id, table.remote_id])
    state = PreparedTableState.from_query(request.GET, facts.table_columns)
    is_fragment = is_fragment_wanted(request, RESULTS_ID)
    if ADD_COLUMN in request.GET and not is_fragment:
        return redirect(url + state.query_string())
    results = LookResults(facts, state, url, made.together)
    try:
        with open_table(made.source, spill_directory(), settings.PAGE_DEADLINE_SECONDS) as asked:
            results.load(asked)
    except Busy:
        results.say_busy()
    note_opened(table)
    context = {
        "results": results,
        "table": table,
        "file_urls": _file_urls(table, "file", FILE_FORMATS, results.file_query),
        "figure_urls": _file_urls(table, "figures", FIGURE_FORMATS, state.query_string()),
        "share_url": reverse("shares:rows", args=[table.service_id, table.remote_id]) + results.file_query
        if not state.others
        else "",
        "others_url": reverse("look_inside:others", args=[table.service_id, table.remote_id])
        + state.query_string(),
        **_saved(request, admitted, url, state),
        "maximum_sheet_rows": MAXIMUM_ROWS,
        # What the API says, or what was counted where it says nothing.
        "truncation": admitted.export.truncation or truncation_of(admitted.export.report_type, facts.rows),
    }
    response = _page(request, admitted, context)
    if is_fragment_wanted(request, PROGRESS_ID):
        # The waiting part asked; the whole takes its place.
        response["HX-Retarget"] = f"#{RESULTS_ID}"
        response["HX-Reswap"] = "outerHTML"
    elif is_fragment:
        response["HX-Push-Url"] = results.url
    return response


def _saved(
    request: HttpRequest, admitted: AuthorizedExport, url: str, state: PreparedTableState
) -> dict[str, Any]:
    """The person's saved analyses of this report, and what would be saved now."""
    query = state.analysis().query_string().removeprefix("?")
    return {
        "saved": saved_links(signed_in_person(request), admitted.export, url, query),
        "saved_query": query,
        "save_url": f"{url}saved/" if admitted.export.report_type else "",
    }


def _file_urls(table: PreparedTable, view: str, formats: dict[str, str], query: str) -> list[tuple[str, str]]:
    return [
        (label, reverse(f"look_inside:{view}", args=[table.service_id, table.remote_id, name]) + query)
        for name, label in formats.items()
    ]


def _not_ready(request: HttpRequest, admitted: AuthorizedExport, table: PreparedTable) -> HttpResponse:
    """The first rows and the progress; for a waiting part of the page only what became of it."""
    context = _progress_context(request, table)
    if is_fragment_wanted(request, PROGRESS_ID):
        return render(request, "look_inside/_progress.html", context)
    preview = read_preview(admitted.client, table.artifact_name, table.announced_delimiter)
    return _page(request, admitted, context | {"preview": preview})


def _progress_context(request: HttpRequest, table: PreparedTable) -> dict[str, Any]:
    return {
        "table": table,
        "url": request.get_full_path(),
        "again_url": reverse("look_inside:again", args=[table.service_id, table.remote_id]),
        "poll_seconds": POLL_SECONDS if table.is_busy else None,
        "maximum_bytes": settings.LOOK_INSIDE_MAXIMUM_BYTES,
    }


def _page(
    request: HttpRequest, admitted: AuthorizedExport, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """The page, or its results alone for HTMX."""
    template = "look_inside/page.html"
    if is_fragment_wanted(request, RESULTS_ID) or is_fragment_wanted(request, PROGRESS_ID):
        template = f"look_inside/{_fragment_for(context)}"
    return render(request, template, {"export": admitted.export, **context}, status=status)


def _fragment_for(context: dict[str, Any]) -> str:
    if "results" in context:
        return "_results.html"
    return "_waiting.html" if "table" in context else "_no_file.html"
