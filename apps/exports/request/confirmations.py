"""What a person confirms before an export is requested: a file that exists, one that may be cut, the cost of many."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import QueryDict

from apps.accounts.models import User
from apps.api.deadline import Deadline
from apps.api.errors import ApiError
from apps.connections.clients import client_for
from apps.connections.models import Connection
from apps.exports.quota import quota_of
from apps.exports.request.creation import is_equal_in_flight
from apps.exports.request.existing_files import ExistingFile, ExistingFiles
from apps.exports.request.row_estimate import Estimate, estimate, is_worth_estimating
from apps.exports.spec import ExportSpec

#: The most that estimating the rows may keep somebody waiting who wants to go on.
ESTIMATE_SECONDS = 4.0


def with_chosen_split(data: QueryDict) -> QueryDict:
    """What was sent, with a split that was chosen on a card in the place of the form's own."""
    how, _, count = data.get("split_into", "").partition(":")
    if not count:
        return data
    answered = data.copy()
    answered["split"] = how
    answered["agreed_parts"] = count
    return answered


@dataclass(frozen=True)
class Part:
    """One file of a range that is split, and the file that holds it already, if any."""

    spec: ExportSpec
    existing: ExistingFile | None


def chosen_parts(parts: Sequence[ExportSpec], data: QueryDict) -> list[ExportSpec]:
    """The parts to request: all, or those that are missing where the person chose them alone."""
    there = data.getlist("there") if "confirm_missing" in data else ()
    return [part for part in parts if part.start_time not in there]


def next_confirmation(
    person: User, connection: Connection, parts: Sequence[ExportSpec], spec: ExportSpec, data: QueryDict
) -> dict[str, Any]:
    """The context of the next card to confirm; nothing when all is confirmed. `data` has the answers given so far.

    Each card stands behind those before it, so an answer to one means that the earlier ones were passed.
    """
    is_one = len(parts) == 1
    if is_equal_in_flight(person, connection, spec) if is_one else _is_confirmed(parts, data):
        return {}
    deadline = Deadline(settings.PAGE_DEADLINE_SECONDS)
    files = ExistingFiles(person, connection, client_for(connection, deadline=deadline), spec)
    is_agreed = data.get("agreed_parts") == str(len(parts))
    if not is_agreed and "whole" not in data:
        existing = None if "anyway" in data else files.find(spec)
        if existing:
            return {"existing": existing}
        size = _estimated_size(connection, spec, len(parts), deadline)
        if size and size.is_too_large:
            return {"too_large": size, "part_quota": quota_of(connection)}
    if is_one:
        return {}
    shown = [Part(part, None if "anyway" in data else files.find(part)) for part in parts]
    missing = sum(part.existing is None for part in shown)
    if is_agreed and missing == len(parts):
        return {}
    return {"parts": shown, "missing": missing, "part_quota": quota_of(connection)}


def _is_confirmed(parts: Sequence[ExportSpec], data: QueryDict) -> bool:
    """Whether the person saw how many exports it takes and agreed to as many."""
    count = len(chosen_parts(parts, data))
    return count > 0 and str(count) in (data.get("confirm_parts"), data.get("confirm_missing"))


def _estimated_size(connection: Connection, spec: ExportSpec, files: int, page: Deadline) -> Estimate | None:
    """The rows to expect of a range that may have too many; None when the API does not tell in time."""
    if not is_worth_estimating(spec):
        return None
    client = client_for(connection, deadline=Deadline(min(page.remaining, ESTIMATE_SECONDS)))
    try:
        return estimate(client, connection.service_id, spec, files)
    except ApiError:
        return None
