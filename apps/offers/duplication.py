"""Copying what lies below an offer to another one: it looks first, and adds only what is missing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from hashlib import sha256
from typing import Any

from apps.api.contract.contract import Operation
from apps.api.errors import ApiError, RequestRefused
from apps.api.parallel import run_together
from apps.api.query import ListQuery
from apps.audit.models import Outcome
from apps.jobs.locks import LockIsHeld, sender_lock
from apps.resources import registry
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.resources.writes.change import Change
from apps.resources.writes.writer import Writer
from apps.ui.columns import Record
from apps.ui.values import is_missing

#: Children are read a hundred at a time, and no offer has more than a thousand of a kind.
PAGE_SIZE = 100
MOST_PAGES = 10

#: Ids of the chosen children by the name of their resource.
Chosen = Mapping[str, Sequence[str]]


#: By resource and id: why a child is missing, and whether its values were refused.
Reasons = dict[tuple[str, str], tuple[str, bool]]


@dataclass(frozen=True)
class Missing:
    """A chosen child that the other offer does not have, and why, once it was tried."""

    title: str
    record: Record
    reason: str = ""
    #: Whether the API refused its values: copying it again as it is cannot help.
    is_refused: bool = False


@dataclass(frozen=True)
class Comparison:
    """One kind of children: what was chosen, and what of it the other offer does not have."""

    resource: Resource
    chosen_count: int
    missing: Sequence[Missing] = ()
    #: Chosen ids that the first offer no longer has.
    gone: Sequence[str] = ()
    #: Why one of the two offers' children could not be read.
    error: ApiError | None = None

    @property
    def is_complete(self) -> bool:
        """Whether nothing is left to do."""
        return not self.missing and self.error is None


def child_resources(resource: Resource) -> list[Resource]:
    """The resources whose records lie below a record of this one."""
    return [registry.named(panel.resource) for panel in resource.children]


def read_children(scope: Scope) -> list[Record]:
    """All records of a scope, page by page; those without an id are kept each, they are not one another."""
    found: dict[str, Record] = {}
    without_id: list[Record] = []
    for number in range(1, MOST_PAGES + 1):
        page = scope.read_page(ListQuery(page_number=number, page_size=PAGE_SIZE))
        before = len(found)
        for record in page.records:
            if key := scope.resource.record_id(record):
                found[key] = record
            else:
                without_id.append(record)
        if len(page.records) < PAGE_SIZE or len(found) == before:
            break
    return [*found.values(), *without_id]


def missing_by_name(wanted: Sequence[Record], present: Sequence[Record], resource: Resource) -> list[Record]:
    """The wanted records whose name the present ones lack; of two wanted with one name, two must be present."""
    names = Counter(resource.name_of(record).strip() for record in present)
    missing = []
    for record in wanted:
        name = resource.name_of(record).strip()
        if names[name]:
            names[name] -= 1
        else:
            missing.append(record)
    return missing


def copied_values(record: Record, operation: Operation) -> dict[str, Any]:
    """What a copy of the record is made from: the contract's fields that hold something, and no id."""
    return {
        name: record[name]
        for name, field in operation.body_fields.items()
        if name != "id" and not field.is_read_only and not is_missing(record.get(name))
    }


class Copying:
    """The chosen children of one offer, to be copied to another.

    Looking, creating and looking again each have a time budget of their own.
    """

    def __init__(self, writer: Writer, source_id: str, target_id: str, chosen: Chosen) -> None:
        self._writer = writer
        self._scope = writer.scope
        self._source_id = source_id
        self._target_id = target_id
        self._chosen = chosen
        offers = registry.named("offers")
        self._kinds = [kind for kind in child_resources(offers) if chosen.get(kind.name)]

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Nobody else copies to the same offer meanwhile. Raises `LockIsHeld` (apps.jobs.locks) at once."""
        scope = self._scope
        place = f"{scope.connection.service.pk}/{scope.list_path}/{self._target_id}"
        with sender_lock(f"copy-{sha256(place.encode()).hexdigest()[:32]}"):
            yield

    def is_running(self) -> bool:
        """Whether somebody is copying to the same offer right now."""
        try:
            with self.lock():
                return False
        except LockIsHeld:
            return True

    def compare(self) -> list[Comparison]:
        """What of the chosen is missing now, by kind; both offers' children are read side by side."""
        scope = self._scope.renewed()
        scopes = [
            scope.below(kind, offer_id)
            for kind in self._kinds
            for offer_id in (self._source_id, self._target_id)
        ]
        answers = run_together(*(partial(read_children, below) for below in scopes))
        pairs = zip(answers[::2], answers[1::2], strict=True)
        return [self._comparison(kind, *pair) for kind, pair in zip(self._kinds, pairs, strict=True)]

    def _comparison(
        self, kind: Resource, source: list[Record] | ApiError, target: list[Record] | ApiError
    ) -> Comparison:
        chosen = list(dict.fromkeys(self._chosen[kind.name]))
        if isinstance(source, ApiError):
            return Comparison(kind, len(chosen), error=source)
        if isinstance(target, ApiError):
            return Comparison(kind, len(chosen), error=target)
        by_id = {kind.record_id(record): record for record in source}
        wanted = [by_id[key] for key in chosen if key in by_id]
        missing = [Missing(kind.title(record), record) for record in missing_by_name(wanted, target, kind)]
        return Comparison(kind, len(chosen), missing, [key for key in chosen if key not in by_id])

    def run(self) -> list[Comparison]:
        """Create what is missing, one by one; gives what is missing afterwards, with the reasons. Hold `lock`."""
        reasons: Reasons = {}
        comparisons = self.compare()
        scope = self._scope.renewed()
        for comparison in comparisons:
            reasons.update(self._create_missing(scope, comparison))
        if not reasons:
            return [replace(comparison, missing=()) for comparison in comparisons]
        # A child whose answer was lost may be there all the same; one that got an id is there for certain.
        return [_with_reasons(comparison, reasons) for comparison in self.compare()]

    def _create_missing(self, scope: Scope, comparison: Comparison) -> Reasons:
        """Create one kind's missing children; gives why it failed, by resource and id."""
        kind = comparison.resource
        writer = self._writer.at(scope.below(kind, self._target_id))
        operation = writer.scope.operations["create"]
        changes = [
            Change(kind.name, writer.scope.list_path, None, copied_values(item.record, operation))
            for item in comparison.missing
        ]
        results = writer.apply(writer.plan(changes))
        return {
            (kind.name, kind.record_id(item.record)): (
                result.reason,
                isinstance(result.error, RequestRefused),
            )
            for item, result in zip(comparison.missing, results, strict=True)
            if result.outcome != Outcome.DONE
        }


def _with_reasons(comparison: Comparison, reasons: Reasons) -> Comparison:
    """The comparison with only those missing that failed, and why."""
    kind = comparison.resource
    missing = [
        replace(item, reason=reasons[key][0], is_refused=reasons[key][1])
        for item in comparison.missing
        if (key := (kind.name, kind.record_id(item.record))) in reasons
    ]
    return replace(comparison, missing=missing)
