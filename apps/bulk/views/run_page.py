"""The page of a run: its plan, then how far it is, then what came of each record. One address for all of it."""

import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.step_up.proof import has_fresh_proof, proof_url
from apps.api.client import PAGE
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.change_words import NO_NAMES, change_words, referred_ids
from apps.bulk.plan.follow_ups import may_be_tried_again, may_be_undone, unknown_creations
from apps.bulk.progress import TONES, Progress
from apps.bulk.states import OPEN_ROWS, RowState, State
from apps.bulk.views.access import visible_run
from apps.bulk.views.decisions import TYPED_FROM, takes_proof
from apps.connections.clients import KeyUnreadable, NoConnection, connection_for_service
from apps.notifications.reading import mark_opened
from apps.resources.references.name_cache import Names
from apps.resources.references.records_with_names import names_of
from apps.resources.scope import Scope
from apps.ui.files.csv_files import csv_response
from apps.ui.files.responses import workbook_response
from apps.ui.fragments import is_fragment_wanted

PAGE_SIZE = 50
FIRST_NAMES = 10
#: The page waits so long for names of records that are referred to; ids stand there without.
NAMES_SECONDS = 3
#: States in which the page asks again by itself.
MOVING = frozenset({State.COLLECTING, State.QUEUED, State.WAITING, State.RUNNING})


@require_safe
def run_page(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """The run as it stands; HTMX gets the part that moves."""
    run = visible_run(request, run_id)
    person = signed_in_person(request)
    is_mine = run.owner_id == person.pk
    mark_opened(request)
    if run.state == State.DRAFT:
        return redirect("bulk:edit", run.pk) if is_mine else redirect("bulk:list")
    context = {
        "run": run,
        "resource": run.resource_declaration,
        "progress": Progress(run),
        "is_mine": is_mine,
        "poll_seconds": 1 if run.state in MOVING else None,
        "list_url": run.list_url,
        "nonce": uuid.uuid4(),
        **_rows(request, run),
    }
    if run.state in (State.PLANNED, State.SCHEDULED):
        context |= _plan(run, context["progress"], person.time_zone)
        if is_mine and takes_proof(run, context["progress"].to_do) and not has_fresh_proof(request):
            context["proof_url"] = proof_url(request, run.get_absolute_url())
    if run.has_ended:
        if is_mine:
            run.note_seen()
        context |= {
            "may_undo": may_be_undone(run),
            "may_retry": may_be_tried_again(run),
            "unknown_creations": unknown_creations(run),
            "unknown_nonce": uuid.uuid4(),
        }
    return render(
        request, "bulk/_run.html" if is_fragment_wanted(request, "run") else "bulk/run.html", context
    )


def _rows(request: HttpRequest, run: BulkRun) -> dict[str, Any]:
    """The rows of one state, or all, a page at a time."""
    chosen = request.GET.get("rows", "")
    rows = run.rows.filter(state=chosen) if chosen in RowState.values else run.rows.all()
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page[number]"))
    url_of = run.resource_declaration.url_of_record(run.path)
    names = _names(request, run, page.object_list)
    return {
        "page": page,
        "chosen": chosen,
        "query": "?" + urlencode({"rows": chosen}) if chosen else "",
        "rows": [
            {
                "row": row,
                "url": url_of(row.record_id) if row.record_id else "",
                "tone": TONES.get(RowState(row.state), "neutral"),
                "changes": _changes(run, row, names),
            }
            for row in page.object_list
        ],
    }


def _changes(run: BulkRun, row: BulkRow, names: Mapping[str, Names] = NO_NAMES) -> list[tuple[str, str, str]]:
    change = row.wanted
    if change is None or change.values is None:
        return []
    return change_words(run.resource_declaration, change, names)


def _names(request: HttpRequest, run: BulkRun, rows: Iterable[BulkRow]) -> Mapping[str, Names]:
    """The names of the records that the rows' changes refer to, as far as the person's key gives them in time."""
    resource = run.resource_declaration
    if not (ids := referred_ids(resource, filter(None, (row.wanted for row in rows)))):
        return NO_NAMES
    try:
        connection = connection_for_service(signed_in_person(request), run.service)
        scope = Scope.through(connection, resource, run.path, profile=PAGE, seconds=NAMES_SECONDS)
        return names_of(scope, ids)
    except (NoConnection, KeyUnreadable):
        return NO_NAMES


def _plan(run: BulkRun, progress: Progress, time_zone: str) -> dict[str, Any]:
    instruction, resource = run.instructed, run.resource_declaration
    action = instruction.action_of(resource)
    is_archiving = instruction.is_archiving(resource)
    planned = run.rows.filter(state=RowState.PLANNED)
    return {
        "consequence": action.consequence if action else "",
        "confirmation": instruction.confirmation(resource, progress.to_do),
        "is_archiving": is_archiving,
        "wants_count": is_archiving and progress.to_do >= TYPED_FROM,
        "first_names": list(planned.values_list("title", "record_id")[:FIRST_NAMES]) if is_archiving else [],
        "more_names": max(progress.to_do - FIRST_NAMES, 0),
        "warnings": list(planned.exclude(warning="").values_list("title", "warning")[:20]),
        "time_zone": time_zone,
    }


@require_safe
def result_file(request: HttpRequest, run_id: uuid.UUID) -> HttpResponse:
    """Every row of the run as CSV: record, state, why, old and new values."""
    return csv_response(*_table(visible_run(request, run_id)))


@require_safe
def result_workbook(request: HttpRequest, run_id: uuid.UUID) -> FileResponse:
    """The same as a workbook."""
    return workbook_response(*_table(visible_run(request, run_id)))


def _table(run: BulkRun) -> tuple[str, list[str], Iterator[list[str]]]:
    header = ["ID", run.resource_declaration.label, "State", "Why", "Field", "Before", "After"]
    return f"{run.title} {run.created_at:%Y-%m-%d}", header, _lines(run)


def _lines(run: BulkRun) -> Iterator[list[str]]:
    for row in run.rows.iterator():
        state = "To do" if row.state in OPEN_ROWS else row.get_state_display()
        head = [row.record_id, row.title, state, row.reason or row.warning]
        changes = _changes(run, row)
        if not changes:
            yield [*head, "", "", ""]
        for label, before, after in changes:
            yield [*head, label, before, after]
