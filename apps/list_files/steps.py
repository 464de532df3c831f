"""The job steps of a list's file: reads some pages, writes the file when all are read, removes it after a week."""

import json
from collections.abc import Iterator
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.http import QueryDict

from apps.accounts.policy import Capability, why_ended
from apps.api.client import JOB
from apps.api.errors import ApiError, RateLimited, ServiceFailed, Unreachable, UnreadableAnswer
from apps.connections.exceptions import NO_KEY, KeyUnreadable, NoConnection, UnknownIntegration
from apps.list_files import mails
from apps.list_files.directories import collected_rows, finished_file, home_of, remove_files
from apps.list_files.models import KEPT, REMEMBERED, ListFile, State
from apps.list_files.reading import FilePage, ListReader, batches, new_rows
from apps.list_files.writing import write_file
from apps.resources.lists.state import ListState
from apps.resources.scope import Scope
from apps.ui.error_pages import describe

#: Longer lists are made narrower by a filter.
MOST_PAGES = 1_000
_BATCHES_A_STEP = 2
_STEP_SECONDS = 30
_MOST_FAILURES = 8
_FIRST_WAIT = timedelta(seconds=2)
_ROWS_AT_ONCE = 1_000
_GONE = "This kind of list is no longer here."
_REFUSED_FILTERS = "The API's contract has changed: the list can no longer be filtered or sorted like this."


def step(file: ListFile) -> None:
    """Read the next pages, write the file, or remove it when it was kept long enough."""
    if file.is_busy:
        _go_on(file)
    elif file.is_removed:
        ListFile.objects.filter(pk=file.pk, fence=file.fence).delete()
    else:
        remove_files(file)
        file.advance(State.REMOVED, after=REMEMBERED, message="")


def gave_up(file: ListFile, reason: str) -> None:
    """Leave it to the person to have it made again."""
    _fail(file, f"{reason} The file was not made.")


def _go_on(file: ListFile) -> None:
    ended = why_ended(file.owner, Capability.MAKE_LIST_FILES, file.service_id)
    if ended:
        _fail(file, ended)
        return
    try:
        reader = reader_of(file)
        is_whole = _read_some(file, reader)
    except (NoConnection, KeyUnreadable, UnknownIntegration):
        _fail(file, NO_KEY)
    except _CannotBeAsked as problem:
        _fail(file, str(problem))
    except ApiError as error:
        _after_a_failure(file, error)
    else:
        if is_whole:
            _finish(file, reader)
        elif file.pages_read >= MOST_PAGES:
            most = MOST_PAGES * 100
            _fail(file, f"The list is longer than {most:,} rows. Narrow it down by a filter.")
        else:
            file.advance(State.READING, after=timedelta())


class _CannotBeAsked(Exception):
    """Why the list cannot be read any more, in words."""


def reader_of(file: ListFile) -> ListReader:
    """What reads the list as it was seen. Raises `NoConnection` and the like where the person has no key any more."""
    resource = file.resource
    if resource is None:
        raise _CannotBeAsked(_GONE)
    scope = Scope.for_person(
        file.owner, resource, file.path, profile=JOB, seconds=_STEP_SECONDS, service=file.service
    )
    state = ListState.from_query(QueryDict(file.query.removeprefix("?")), scope.catalogue)
    if state.problems:
        # Leaving a filter out would put rows into the file that nobody asked for.
        raise _CannotBeAsked(f"{_REFUSED_FILTERS} {' '.join(state.problems)}")
    return ListReader(scope, state.list_query(), state.columns)


def _read_some(file: ListFile, reader: ListReader) -> bool:
    """Read the next pages; whether the list is whole then."""
    if not _is_all_there(file):
        # They went to another disk, or were removed: from the beginning.
        file.write(pages_read=0, rows_read=0, bytes_collected=0)
    if not file.pages_read:
        first = reader.page(1)
        _collect(file, [first], 1)
        file.write(page_count=first.page_count, rows_counted=first.row_count)
        if not first.rows:
            return True
    for count, numbers in enumerate(batches(file.pages_read + 1, file.page_count), start=1):
        pages = reader.pages(numbers)
        _collect(file, pages, numbers[-1])
        if not pages[-1].rows:
            return True
        if count == _BATCHES_A_STEP or file.pages_read >= MOST_PAGES:
            break
    return file.page_count is not None and file.pages_read >= file.page_count


def _is_all_there(file: ListFile) -> bool:
    path = collected_rows(file)
    return not file.bytes_collected or (path.exists() and path.stat().st_size >= file.bytes_collected)


def _collect(file: ListFile, pages: list[FilePage], last: int) -> None:
    """Put the rows behind those that count; then they count too."""
    rows = [row for page in pages for row in page.rows]
    path = collected_rows(file)
    path.touch(mode=0o600)
    with path.open("r+b") as out:
        out.seek(file.bytes_collected)
        out.truncate()
        out.write("".join(json.dumps(row) + "\n" for row in rows).encode())
        end = out.tell()
    file.write(
        pages_read=last, rows_read=file.rows_read + len(rows), bytes_collected=end, failures=0, message=""
    )


def _finish(file: ListFile, reader: ListReader) -> None:
    made = home_of(file) / f"made-{file.fence}"
    count = 0

    def counted() -> Iterator[list[list[str]]]:
        nonlocal count
        for some in _collected(file):
            count += len(some)
            yield some

    made.touch(mode=0o600)
    with made.open("wb") as out:
        write_file(out, file.format, reader.headers, reader.numbers, counted())
    size = made.stat().st_size
    made.replace(finished_file(file))
    collected_rows(file).unlink(missing_ok=True)
    with transaction.atomic():
        file.advance(
            State.READY,
            after=KEPT,
            rows_read=count,
            size_bytes=size,
            ready_at=Now(),
            message=_what_is_uncertain(file.rows_counted, count),
        )
        file.refresh_from_db()
        mails.ready(file)


def _collected(file: ListFile) -> Iterator[list[list[str]]]:
    """The rows that count, each record once, some at a time."""
    seen: set[str] = set()
    some: list[tuple[str, list[str]]] = []
    with collected_rows(file).open("rb") as lines:
        left = file.bytes_collected
        for line in lines:
            left -= len(line)
            if left < 0:
                break
            record_id, cells = json.loads(line)
            some.append((record_id, cells))
            if len(some) == _ROWS_AT_ONCE:
                yield new_rows(some, seen)
                some = []
    yield new_rows(some, seen)


def _what_is_uncertain(counted: int | None, written: int) -> str:
    if counted is None or counted == written:
        return ""
    return (
        f"The API counted {counted:,} rows when reading began; the file has {written:,}. The list changed meanwhile, "
        "so a row that moved between two pages may be missing."
    )


def _after_a_failure(file: ListFile, error: ApiError) -> None:
    """Try again later what may pass, with what is read kept; anything else ends it."""
    words = describe(error)
    may_pass = isinstance(error, RateLimited | ServiceFailed | Unreachable | UnreadableAnswer)
    if not may_pass or file.failures >= _MOST_FAILURES:
        _fail(file, words.sentence)
        return
    after = _FIRST_WAIT * 2**file.failures
    if isinstance(error, RateLimited):
        # Slowed down is not failed.
        after = timedelta(seconds=min(words.retry_after or 5, 600))
        file.write(message=words.sentence)
    else:
        file.write(message=words.sentence, failures=file.failures + 1)
    file.postpone(after)


def _fail(file: ListFile, reason: str) -> None:
    with transaction.atomic():
        file.advance(State.FAILED, after=KEPT, message=reason)
        mails.failed(file)
