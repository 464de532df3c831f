"""What a person decides before the API is asked: a file that exists, one that may be cut off, the cost of many."""

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
from apps.exports.request.creation import Wanted, is_equal_in_flight
from apps.exports.request.existing_files import Existing, Files
from apps.exports.request.row_estimate import Estimate, estimate, is_worth_a_look

#: The most that looking at the size may keep somebody waiting who wants to go on.
ESTIMATE_SECONDS = 4.0


def with_answers(data: QueryDict) -> QueryDict:
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

    wanted: Wanted
    existing: Existing | None


def chosen_parts(parts: Sequence[Wanted], data: QueryDict) -> list[Wanted]:
    """The parts to ask for: all, or those that are missing where the person chose them alone."""
    there = data.getlist("there") if "confirm_missing" in data else ()
    return [part for part in parts if part.start_time not in there]


def open_decision(
    person: User, connection: Connection, parts: Sequence[Wanted], wanted: Wanted, data: QueryDict
) -> dict[str, Any]:
    """What the next card shows; nothing when all is decided. `data` has the answers given so far.

    Each card stands behind those before it, so an answer to one means that the earlier ones were passed.
    """
    is_one = len(parts) == 1
    if is_equal_in_flight(person, connection, wanted) if is_one else _is_confirmed(parts, data):
        return {}
    deadline = Deadline(settings.PAGE_DEADLINE_SECONDS)
    files = Files(person, connection, client_for(connection, deadline=deadline), wanted)
    is_agreed = data.get("agreed_parts") == str(len(parts))
    if not is_agreed and "whole" not in data:
        existing = None if "anyway" in data else files.find(wanted)
        if existing:
            return {"existing": existing}
        size = _size(connection, wanted, len(parts), deadline)
        if size and size.is_too_large:
            return {"too_large": size, "part_quota": quota_of(connection)}
    if is_one:
        return {}
    shown = [Part(part, None if "anyway" in data else files.find(part)) for part in parts]
    missing = sum(part.existing is None for part in shown)
    if is_agreed and missing == len(parts):
        return {}
    return {"parts": shown, "missing": missing, "part_quota": quota_of(connection)}


def _is_confirmed(parts: Sequence[Wanted], data: QueryDict) -> bool:
    """Whether the person saw how many exports it takes and agreed to as many."""
    count = len(chosen_parts(parts, data))
    return count > 0 and str(count) in (data.get("confirm_parts"), data.get("confirm_missing"))


def _size(connection: Connection, wanted: Wanted, files: int, page: Deadline) -> Estimate | None:
    """The rows to expect of a range that may have too many; None when the API does not tell in time."""
    if not is_worth_a_look(wanted):
        return None
    client = client_for(connection, deadline=Deadline(min(page.remaining, ESTIMATE_SECONDS)))
    try:
        return estimate(client, wanted, files)
    except ApiError:
        return None
