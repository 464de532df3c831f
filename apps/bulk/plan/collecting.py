"""Collects the records of a run and plans each: some hundred a step, so that a plan of thousands holds up nobody.

A list may change while it is read page by page: a record that is added or removed moves others from one page to the
next. So a pass over all pages counts only where each page told the same total and so many different records were
seen; else the list is read again. What three passes cannot settle is said.
"""

import time
from dataclasses import asdict, dataclass
from datetime import UTC, timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max, Q
from django.db.models.functions import Now
from django.http import QueryDict

from apps.api.client import Page
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    RateLimited,
    RecordNotFound,
    RequestRefused,
)
from apps.api.parallel import MAXIMUM_CALLS_AT_ONCE, run_together
from apps.api.query import ListQuery
from apps.bulk import mails
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.rows import PLANNED_COLUMNS, plan_rows
from apps.bulk.row_storage import save_rows
from apps.bulk.scopes import CannotGoOn, writer_for
from apps.bulk.states import OPEN_ROWS, RowState, State
from apps.jobs.failpoints import fp
from apps.resources.lists.state import ListState
from apps.resources.writes.actions import LARGEST_SELECTION
from apps.resources.writes.reading import Reading, is_silent, read_records
from apps.resources.writes.writer import Writer
from apps.ui.columns import Record
from apps.ui.error_pages import describe

#: As many records are read and planned in one step.
STEP_ROWS = MAXIMUM_CALLS_AT_ONCE * LARGEST_SELECTION
MOST_PASSES = 3
MOST_FAILURES = 8
NO_LONGER = "It does not match any more."


@dataclass
class Progress:
    """Where collecting what matches stands."""

    #: Which pass over the list this is, and its next page.
    number: int = 1
    page: int = 1
    total: int | None = None
    last_page: int | None = None
    #: Records read in this pass, those without an id among them.
    without_id: int = 0
    #: Whether each page of this pass told the same total.
    is_steady: bool = True
    #: Once the pages were all read.
    is_complete: bool = False


def collect(run: BulkRun) -> None:
    """COLLECTING: read and plan some more of the records; then the run is planned."""
    try:
        writer = writer_for(run)
        began = time.monotonic()
        calls = _collect_matching(run, writer) if _is_listing(run) else _collect_rows(run, writer)
    except CannotGoOn as error:
        cannot_plan(run, str(error))
    except LookupError:
        cannot_plan(run, "This action is offered no more.")
    except ApiError as error:
        _failed(run, error)
    else:
        milliseconds = round((time.monotonic() - began) * 1000)
        fp("bulk.collected")
        _go_on(run, calls, milliseconds)


def _is_listing(run: BulkRun) -> bool:
    return run.is_matching and not Progress(**run.collecting).is_complete


def _go_on(run: BulkRun, calls: int, milliseconds: int) -> None:
    counted = {"calls": F("calls") + calls, "call_milliseconds": F("call_milliseconds") + milliseconds}
    if _is_listing(run) or run.rows.filter(state=RowState.NEW).exists():
        run.advance(
            State.COLLECTING, after=timedelta(), failures=0, message="", collecting=run.collecting, **counted
        )
        return
    planned = {"planned_at": Now(), "failures": 0, "message": "", "collecting": run.collecting, **counted}
    if run.runs_when_planned:
        run.advance(State.QUEUED, after=timedelta(), runs_when_planned=False, **planned)
    else:
        run.advance(State.PLANNED, after=None, uncertainty=run.uncertainty, **planned)


# --- Records of some ids ---


def _collect_rows(run: BulkRun, writer: Writer) -> int:
    """Plan the next rows that were not read yet; how many calls that took."""
    rows = list(run.rows.filter(state=RowState.NEW)[:STEP_ROWS])
    ids = [row.record_id for row in rows if row.record_id]
    known: dict[str, Reading] = read_records(writer.scope, ids)
    silence = next((one for one in known.values() if isinstance(one, ApiError) and is_silent(one)), None)
    if silence is not None:
        raise silence
    plan_rows(run, writer, rows, known)
    with transaction.atomic():
        run.write(message="")
        save_rows(rows, PLANNED_COLUMNS)
    return -(-len(ids) // LARGEST_SELECTION)


# --- All that match ---


def _collect_matching(run: BulkRun, writer: Writer) -> int:
    """Read the next pages of the list and plan what is on them; how many calls that took."""
    progress = Progress(**run.collecting)
    query = _query_of(run, writer)
    first = progress.page
    # While nobody knows how many there are, each page says whether there is another.
    last = first if progress.last_page is None else min(progress.last_page, first + MAXIMUM_CALLS_AT_ONCE - 1)
    numbers = range(first, max(last, first) + 1)
    pages: list[Page] = []
    for answer in run_together(*(partial(_read_page, writer, query, number) for number in numbers)):
        if isinstance(answer, ApiError):
            raise answer
        pages.append(answer)
    records: dict[str, Record] = {}
    for page in pages:
        _note_page(progress, page)
        for record in page.records:
            key = writer.scope.resource.record_id(record)
            if key:
                records[key] = record
            else:
                progress.without_id += 1
    progress.page = first + len(pages)
    largest = settings.BULK_MAXIMUM_ROWS
    if (progress.total or 0) > largest:
        raise CannotGoOn(
            f"{progress.total:,} records match; one run changes at most {largest:,}. Narrow the list by a filter first."
        )
    with transaction.atomic():
        run.write(message="")
        _keep(run, writer, progress, records)
        if _is_last(pages[-1], progress):
            _end_pass(run, progress)
    run.collecting = asdict(progress)
    return len(pages)


def _query_of(run: BulkRun, writer: Writer) -> ListQuery:
    """What the list asks for; nothing of it may be left out, or more would match. Raises `CannotGoOn`."""
    state = ListState.from_query(QueryDict(run.list_query.removeprefix("?")), writer.scope.catalogue, UTC)
    if state.problems:
        raise CannotGoOn(f"The list's address cannot be read as a whole: {' '.join(state.problems)}")
    return ListQuery(1, LARGEST_SELECTION, state.sort, state.filters)


def _read_page(writer: Writer, query: ListQuery, number: int) -> Page:
    page, _answered = writer.scope.search(ListQuery(number, query.page_size, query.sort, query.filters))
    return page


def _note_page(progress: Progress, page: Page) -> None:
    if page.truncated or page.skipped:
        progress.is_steady = False
    progress.last_page = page.total_page
    if page.total_count is None:
        return
    if progress.total is not None and page.total_count != progress.total:
        progress.is_steady = False
    progress.total = page.total_count


def _is_last(page: Page, progress: Progress) -> bool:
    """Whether nothing comes after the page."""
    if page.total_page is not None:
        return progress.page > page.total_page
    return not page.records


def _keep(run: BulkRun, writer: Writer, progress: Progress, records: dict[str, Record]) -> None:
    """Rows for what was read: new ones are planned; what was seen in an earlier pass stays as it is."""
    known = set(run.rows.filter(record_id__in=records).values_list("record_id", flat=True))
    if known:
        run.rows.filter(record_id__in=known).update(seen_in_pass=progress.number)
    excluded = set(run.excluded)
    last = run.rows.aggregate(last=Max("position"))["last"]
    position = 0 if last is None else last + 1
    rows = [
        BulkRow(run=run, position=position + n, record_id=key, seen_in_pass=progress.number)
        for n, key in enumerate(key for key in records if key not in known and key not in excluded)
    ]
    plan_rows(run, writer, rows, records)
    BulkRow.objects.bulk_create(rows, batch_size=500)


def _end_pass(run: BulkRun, progress: Progress) -> None:
    """After the last page: settled, or the list is read once more."""
    seen = run.rows.filter(seen_in_pass=progress.number).count() + progress.without_id
    counted = seen + len(run.excluded)
    is_settled = progress.is_steady and (progress.total is None or seen <= progress.total <= counted)
    if not is_settled and progress.number < MOST_PASSES:
        run.collecting = asdict(progress)
        progress.number, progress.page, progress.total, progress.last_page = (
            progress.number + 1,
            1,
            None,
            None,
        )
        progress.without_id, progress.is_steady = 0, True
        return
    progress.is_complete = True
    gone = run.rows.filter(seen_in_pass__lt=progress.number, state__in=OPEN_ROWS | {RowState.UNCHANGED})
    gone.update(state=RowState.LEFT, reason=NO_LONGER)
    words = []
    if not is_settled:
        counted_by_api = (
            f"The API counts {progress.total:,} records" if progress.total is not None else "It has no total"
        )
        words.append(
            f"The list changed each of the {MOST_PASSES} times it was read. {counted_by_api}, and {seen:,} were found:"
            " some that match may be missing."
        )
    if progress.without_id:
        words.append(f"{progress.without_id:,} records have no ID, so they cannot be changed.")
    found = run.rows.exclude(Q(state=RowState.LEFT) & Q(reason=NO_LONGER)).count()
    if run.expected is not None and found + progress.without_id != run.expected - len(run.excluded):
        words.append(
            f"When you selected them {run.expected - len(run.excluded):,} matched; {found:,} were found now."
        )
    run.uncertainty = " ".join(words)


# --- What fails ---


def _failed(run: BulkRun, error: ApiError) -> None:
    """Try again later what may work then; else the run cannot be planned."""
    # A list that is not found lies below a record that is gone.
    is_hopeless = isinstance(error, KeyRejected | NotPermitted | RecordNotFound | RequestRefused)
    if is_hopeless or run.failures + 1 >= MOST_FAILURES:
        cannot_plan(run, describe(error).sentence)
        return
    failures = run.failures
    wait = backoff(failures)
    if isinstance(error, RateLimited):
        # Waiting as the API wishes is no failure.
        wait = max(wait, timedelta(seconds=error.retry_after or 0))
    else:
        failures += 1
    run.advance(State.COLLECTING, after=wait, failures=failures, message=describe(error).title)


def backoff(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: 2 s, doubled up to two minutes."""
    return timedelta(seconds=min(2 * 2**failures, 120))


def cannot_plan(run: BulkRun, words: str) -> None:
    """It ends before anything is sent; its owner is told."""
    with transaction.atomic():
        run.advance(State.FAILED, after=None, message=words, runs_when_planned=False)
        mails.not_planned(run)
