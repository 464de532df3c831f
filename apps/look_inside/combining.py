"""Finds the further exports of an address, and makes one table of all of them: each is asked for with the same key."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from apps.accounts.models import User
from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.exports.remote.export import RemoteExport
from apps.exports.remote.reading import read_remote
from apps.look_inside.access import AuthorizedExport, with_file
from apps.look_inside.models import PreparedTable, begin_again, note_opened
from apps.look_inside.parquet_table import TableMetadata, read_facts
from apps.look_inside.personal_data import facts_for, source_for
from apps.look_inside.query.connection import TableGone
from apps.look_inside.query.source import TableSource
from apps.look_inside.query.together import Member, Together, taken_together, why_not_together
from apps.look_inside.table_directories import directory_of
from apps.look_inside.tables import table_of
from apps.text.direction import isolated
from apps.ui.error_pages import describe


@dataclass
class Combined:
    """What a page or a file is made of."""

    facts: TableMetadata
    source: TableSource
    together: Together = field(default_factory=Together.alone)
    #: The first table that is not there yet.
    waiting: PreparedTable | None = None


def combined(
    person: User, admitted: AuthorizedExport, table: PreparedTable, others: Sequence[str]
) -> Combined:
    """The page's own export, with those others that can be taken along; of the rest it is said why they are not.

    Raises `TableGone` where the own table is not there.
    """
    own = _member(admitted.export, table)
    if own is None:
        raise TableGone
    columns = own.facts.table_columns
    result = Combined(facts_for(admitted, own.facts), source_for(admitted, own.directory, columns))
    wanted = [one for one in dict.fromkeys(others) if one != admitted.export.id]
    if not wanted:
        return result
    notes: list[str] = []
    members: list[Member] = []
    exports = [admitted.export]
    for found in _admitted(admitted, wanted, notes):
        other = table_of(person, found, found.export.id)
        member = _member(found.export, other)
        if member is None and other.is_ready:
            begin_again(other, asked_by=person)
            other.refresh_from_db()
        if other.is_busy:
            result.waiting = result.waiting or other
            continue
        if member is None:
            notes.append(f"{_label(found.export)} could not be opened as a table, so it is not taken along.")
        elif problem := why_not_together(own.facts.table_columns, member):
            notes.append(problem)
        else:
            members.append(member)
            note_opened(other)
            exports.append(found.export)
    newest = sorted(exports, key=lambda one: (one.created_at is not None, one.created_at), reverse=True)
    if members:
        result.facts, result.source, result.together = taken_together(
            own, members, [one.id for one in newest]
        )
        result.source = source_for(admitted, result.source, result.facts.table_columns)
        result.facts = facts_for(admitted, result.facts)
    else:
        result.together = Together()
    result.together.notes[:0] = notes
    return result


def _admitted(admitted: AuthorizedExport, wanted: Sequence[str], notes: list[str]) -> list[AuthorizedExport]:
    """Those that the API shows to this key, of the same report, with a file."""
    own, client = admitted.export, admitted.client
    answers = run_together(*(partial(read_remote, client, own.service_id, one) for one in wanted))
    found = []
    for remote_id, answer in zip(wanted, answers, strict=True):
        name = isolated(remote_id[:60])
        if isinstance(answer, ApiError):
            notes.append(f"The export {name} could not be read: {describe(answer).title}.")
        elif answer.report_type != own.report_type or answer.report_type is None:
            notes.append(f"{_label(answer)} is of another report, so it is not taken along.")
        elif answer.organisation != own.organisation:
            notes.append(f"{_label(answer)} is of another organisation, so it is not taken along.")
        else:
            try:
                one = with_file(client, answer, answer.id or remote_id)
            except ApiError as error:
                notes.append(f"{_label(answer)} could not be read: {describe(error).title}.")
                continue
            if one.has_file:
                found.append(one)
            else:
                notes.append(f"{_label(answer)} has no file, so it is not taken along.")
    return found


def _member(export: RemoteExport, table: PreparedTable) -> Member | None:
    if not table.is_ready:
        return None
    directory = directory_of(table)
    try:
        return Member(export.id, _label(export), directory, read_facts(directory))
    except (OSError, ValueError):
        return None


def _label(export: RemoteExport) -> str:
    days = " – ".join(part for part in (export.start[:10], export.end[:10]) if part)
    return f"{isolated(export.label)} {days}".strip()
