"""The job of a slice: makes the file from the export's table with its owner's key, and removes it with the link."""

import logging
from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now
from django.http import QueryDict

from apps.accounts.policy import Capability, why_ended
from apps.api.errors import ApiError, RateLimited, ServiceFailed, Unreachable
from apps.connections.exceptions import NO_KEY, KeyUnreadable, NoConnection
from apps.look_inside.access import AuthorizedExport, authorize
from apps.look_inside.columns import Column
from apps.look_inside.files.downloads import FileRequest
from apps.look_inside.models import PreparedTable
from apps.look_inside.parquet_table import TableMetadata, read_facts
from apps.look_inside.personal_data import source_for
from apps.look_inside.query.connection import Busy, QueryTimeout, TableGone, open_table
from apps.look_inside.query.state import PreparedTableState
from apps.look_inside.table_directories import directory_of, spill_directory
from apps.look_inside.tables import table_of
from apps.shares.models import Slice
from apps.shares.slices import mails
from apps.shares.slices.contents import MOST_ROWS, SliceContents
from apps.shares.slices.files import NotWritten, keep_only, remove_files, remove_orphans, write
from apps.ui.error_pages import describe

logger = logging.getLogger(__name__)

_WAIT_FOR_TABLE = timedelta(seconds=3)
_FIRST_WAIT = timedelta(seconds=5)
_MOST_FAILURES = 6
_COUNT_SECONDS = 20.0


class _CannotBeMade(Exception):
    """Why there is no file, in words for the owner."""


def step(part: Slice) -> None:
    """Make the file, or remove it when the link works no more."""
    share = part.share
    if not share.is_open:
        remove_files(part)
        part.advance(Slice.State.REMOVED, after=None, file_name="")
        return
    if not part.is_making:
        part.advance(part.state, after=share.expires_at)
        return
    try:
        _make(part)
    except _CannotBeMade as problem:
        _fail(part, str(problem))
    except (NoConnection, KeyUnreadable):
        _fail(part, NO_KEY)
    except (Busy, QueryTimeout, TableGone):
        _try_again(part, "The table could not be read.")
    except ApiError as error:
        words = describe(error).sentence
        if isinstance(error, RateLimited | ServiceFailed | Unreachable):
            _try_again(part, words)
        else:
            _fail(part, words)


def gave_up(part: Slice, reason: str) -> None:
    """Leave it to the owner."""
    _fail(part, f"{reason} The file was not made.")


def _make(part: Slice) -> None:
    share = part.share
    if ended := why_ended(share.owner, Capability.SHARE, share.service_id):
        raise _CannotBeMade(ended)
    admitted = authorize(share.owner, share.service_id, part.remote_id)
    if not admitted.has_file:
        raise _CannotBeMade("The export has no file any more.")
    if share.organisation and admitted.export.organisation != share.organisation:
        raise _CannotBeMade("The key of the link's owner is of another organisation now.")
    table = table_of(share.owner, admitted, part.remote_id)
    if table.is_busy:
        part.postpone(_WAIT_FOR_TABLE)
        return
    if not table.is_ready:
        raise _CannotBeMade(table.message or "The file of the export cannot be opened as a table.")
    try:
        facts = read_facts(directory_of(table))
    except (OSError, ValueError) as error:
        raise TableGone from error
    _write(part, admitted, table, facts)


def _write(part: Slice, admitted: AuthorizedExport, table: PreparedTable, facts: TableMetadata) -> None:
    columns = facts.table_columns
    state = PreparedTableState.from_query(QueryDict(part.query), columns)
    if state.problems:
        # Leaving a filter out would show rows that nobody agreed to.
        raise _CannotBeMade(f"The new file cannot be filtered as before. {state.problems[0]}")
    contents = SliceContents(columns, _chosen(part, columns.all), state)
    # Nobody gives away what they may not read themselves.
    source = source_for(admitted, directory_of(table), columns)
    with open_table(source, spill_directory(), _COUNT_SECONDS) as asked:
        contents.load(asked)
    if contents.rows > MOST_ROWS:
        raise _CannotBeMade(contents.problem)
    wanted = FileRequest(
        source,
        spill_directory(),
        columns,
        state,
        "csv",
        has_mark=True,
        chosen=contents.chosen,
    )
    try:
        made = write(part, wanted)
    except NotWritten as problem:
        raise _CannotBeMade(str(problem)) from problem
    is_anew = bool(part.made_of)
    share = part.share
    export = admitted.export
    with transaction.atomic():
        part.advance(
            Slice.State.READY,
            after=share.expires_at,
            file_name=made.name,
            made_of=part.remote_id,
            rows=contents.rows,
            size_bytes=made.stat().st_size,
            made_at=Now(),
            message="",
            failures=0,
        )
        share.facts |= {
            "rows": contents.rows,
            "size_bytes": made.stat().st_size,
            "start": export.start,
            "end": export.end,
            "time_zone": export.time_zone,
        }
        share.save(update_fields=["facts"])
        if is_anew and part.partner_email:
            mails.ready(part)
    keep_only(part, made)
    remove_orphans()


def _chosen(part: Slice, columns: tuple[Column, ...]) -> list[Column]:
    by_name = {column.name: column for column in reversed(columns)}
    missing = [name for name in part.columns if name not in by_name]
    if missing:
        raise _CannotBeMade(f"The new file has no column “{missing[0][:80]}”, which the link shows.")
    return [by_name[name] for name in part.columns]


def _try_again(part: Slice, words: str) -> None:
    if part.failures >= _MOST_FAILURES:
        _fail(part, words)
        return
    part.advance(
        Slice.State.MAKING, after=_FIRST_WAIT * 2**part.failures, failures=part.failures + 1, message=words
    )


def _fail(part: Slice, message: str) -> None:
    """The file before, if there is one, stays; the owner is told."""
    logger.warning("Slice %s was not made: %s", part.pk, message)
    with transaction.atomic():
        part.advance(Slice.State.FAILED, after=part.share.expires_at, message=message, failures=0)
        mails.failed(part)
