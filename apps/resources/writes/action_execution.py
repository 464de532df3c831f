"""Carries out an action on one record or a selection, and says what came of it in the action's words."""

from collections.abc import Sequence
from dataclasses import replace

from apps.audit.models import Outcome
from apps.resources.writes.actions import BulkAction
from apps.resources.writes.change import Change
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.results import Result
from apps.resources.writes.writer import Writer


def plan_action(writer: Writer, action: BulkAction, ids: Sequence[str]) -> list[PlannedChange]:
    """What the action would do to each of the records."""
    scope = writer.scope
    return writer.plan([Change(scope.resource.name, scope.list_path, key, action.changes) for key in ids])


def execute_action(writer: Writer, action: BulkAction, planned: Sequence[PlannedChange]) -> list[Result]:
    """Carry the action out and say, for every record, whether it is done, and if not why."""
    results = writer.apply(planned, in_bulk=True, kind=action.name)
    return [
        replace(one, reason=f"It was already {action.past}.") if one.outcome == Outcome.UNCHANGED else one
        for one in results
    ]
