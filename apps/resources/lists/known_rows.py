"""What the newest lists said of their records, in the memory of this process: the page of one begins with it."""

import time
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Lock
from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.connections.used_keys import key_names_of
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.ui.columns import Record, RowContext, TitleColumn
from apps.ui.waiting.frame import Facts
from apps.ui.waiting.own_changes import has_changed_since

KNOWN_SECONDS = 15 * 60
#: So long a list shows what is so now, as far as a plan goes that is compared once more before it is carried out.
SHOWN_SECONDS = 60
MOST_LISTS = 32


@dataclass(frozen=True)
class _List:
    records: Mapping[str, Record]
    context: RowContext
    read_at: float


#: By the key it was read with, the resource, and the place.
_lists: OrderedDict[tuple[str, str, tuple[tuple[str, str], ...]], list[_List]] = OrderedDict()
_lock = Lock()


def note_rows(scope: Scope, records: Iterable[Record], context: RowContext, asked_at: float) -> None:
    """A page of a list was read, asked for at that time (Unix time)."""
    resource, name = scope.resource, _name_of(scope)
    newest = _List({resource.record_id(record): record for record in records}, context, asked_at)
    with _lock:
        _lists[name] = [newest, *_lists.get(name, [])[:3]]
        _lists.move_to_end(name)
        while len(_lists) > MOST_LISTS:
            _lists.popitem(last=False)


def known_record(scope: Scope, record_id: str) -> Record | None:
    """What a list last said of a record; good for asking what it leads to beside the record itself, not for showing."""
    for one in _lists.get(_name_of(scope), []):
        if record_id in one.records and one.read_at > time.time() - KNOWN_SECONDS:
            return one.records[record_id]
    return None


def shown_records(scope: Scope, ids: Collection[str], person: User) -> dict[str, Record]:
    """What lists showed of all these records within the last minute; none where one is missing, or something was sent.

    Good for showing what a change would do, not for making it.
    """
    found: dict[str, Record] = {}
    for one in _lists.get(_name_of(scope), []):
        if one.read_at > time.time() - SHOWN_SECONDS and not has_changed_since(person, one.read_at):
            # The newest list comes first.
            found = {**one.records, **found}
    return {key: found[key] for key in ids} if found.keys() >= set(ids) else {}


def known_facts(resource: Resource, request: HttpRequest, path: Mapping[str, Any]) -> Facts | None:
    """What a list that this person was shown said of the record of a page; None where none did."""
    place = tuple((name, str(path[name])) for name in resource.path_parameters)
    record_id = str(path["record_id"])
    person = signed_in_person(request)
    for key in key_names_of(person):
        for one in _lists.get((key, resource.name, place), []):
            if record_id not in one.records or one.read_at < time.time() - KNOWN_SECONDS:
                continue
            if not has_changed_since(person, one.read_at):
                # The zone is of whoever looks now.
                context = replace(one.context, zone=timezone.get_current_timezone())
                return _drawn(resource, one.records[record_id], context)
    return None


def _name_of(scope: Scope) -> tuple[str, str, tuple[tuple[str, str], ...]]:
    return scope.connection.key_name, scope.resource.name, tuple(scope.list_path.items())


def _drawn(resource: Resource, record: Record, context: RowContext) -> Facts:
    columns = [column for column in resource.columns if not isinstance(column, TitleColumn)]
    return Facts(
        resource.title(record),
        [(column.label, column.cell(record, context).html()) for column in columns],
    )
