"""Carrying out an action over a selection. The API answers a bulk call with `{}`, so the truth is read back.

Reading, sending and reading back have a time budget each, and calls for single records one for every part of them: what
was sent is always read back. After twice a page's time nothing more is sent, and the rest is told apart as not sent.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from django.conf import settings

from apps.api.deadline import Deadline
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    ServiceFailed,
    Unreachable,
)
from apps.api.parallel import run_together
from apps.api.query import Filter, ListQuery
from apps.resources.scope import Scope
from apps.resources.writes.actions import (
    LARGEST_SELECTION,
    BulkAction,
    Reading,
    RowOutcome,
    is_final,
    is_lost,
    is_undone,
    outcome_before,
    row_outcome,
)
from apps.ui.columns import Record
from apps.ui.contract_values import as_contract_says
from apps.ui.error_pages import describe

#: Calls for single records share a time budget by so many: four at a time, each may take two seconds.
PART = 20


def run(scope: Scope, action: BulkAction, ids: Sequence[str]) -> list[RowOutcome]:
    """Carry the action out and say, for every selected record, whether it is done, and if not why."""
    return _Run(scope, action).outcomes(ids)


def read_records(scope: Scope, ids: Sequence[str]) -> dict[str, Reading]:
    """The records as they are now: one filtered list call, then one by one what that did not answer."""
    found: dict[str, Reading] = {}
    if ids and "id" in scope.catalogue:
        query = ListQuery(page_size=LARGEST_SELECTION, filters=(Filter("id", "in", ",".join(ids)),))
        try:
            records = scope.renewed().read_page(query).records
        except ApiError as error:
            if _is_silent(error):
                return dict.fromkeys(ids, error)
            records = []
        found = {key: record for record in records if (key := scope.resource.record_id(record)) in ids}
    missing = [key for key in ids if key not in found]
    for part in _parts(missing):
        fresh = scope.renewed()
        answers = run_together(*(partial(fresh.get_or_none, key) for key in part))
        found.update(zip(part, answers, strict=True))
        silence = [answer for answer in answers if isinstance(answer, ApiError) and _is_silent(answer)]
        if len(silence) == len(part):
            return {**dict.fromkeys(missing, silence[0]), **found}
    return found


def _parts(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + PART] for start in range(0, len(ids), PART))


def _is_silent(error: ApiError) -> bool:
    """Whether another call would get no answer either."""
    return isinstance(error, Unreachable | RateLimited | KeyRejected) or (
        isinstance(error, ServiceFailed) and error.status is None
    )


class _Run:
    """One action over one selection."""

    def __init__(self, scope: Scope, action: BulkAction) -> None:
        self._scope = scope
        self._action = action
        self._is_looped = action.bulk_role not in scope.operations or (
            not scope.may_try(action.bulk_role) and scope.may_try(action.single_role)
        )
        self._time = Deadline(2 * settings.PAGE_DEADLINE_SECONDS)

    def outcomes(self, ids: Sequence[str]) -> list[RowOutcome]:
        """What became of each record."""
        action = self._action
        before = read_records(self._scope, ids)
        titles = {key: self._scope.resource.title_of(key, before[key]) for key in ids}
        outcomes = {key: outcome_before(action, key, titles[key], before[key]) for key in ids}
        wanted = [key for key in ids if outcomes[key] is None]
        refusals = self._unread(before, wanted)
        refusals |= self._send([key for key in wanted if key not in refusals], before)
        after = self._read_back(wanted, refusals)
        undone = [key for key in wanted if is_lost(refusals.get(key)) and is_undone(action, after.get(key))]
        if undone and not self._time.has_passed:
            # Their answer was lost, and they are as they were: once more, and a second look.
            again = self._send(undone, after)
            if action.is_destructive:
                # The first sending may have come to its effect late: what is gone now was archived by us.
                again = {key: error for key, error in again.items() if not isinstance(error, RecordNotFound)}
            refusals = {key: error for key, error in refusals.items() if key not in undone} | again
            after |= self._read_back(undone, again)
        for key in wanted:
            outcomes[key] = row_outcome(
                action, key, titles[key], refusals.get(key), before[key], after.get(key)
            )
        return [outcome for key in ids if (outcome := outcomes[key]) is not None]

    def _unread(self, before: Mapping[str, Reading], wanted: Sequence[str]) -> dict[str, ApiError]:
        """Those that nothing is sent for because they could not be read, and why."""
        return {
            key: self._unsent(f"It could not be read first: {describe(error).title}.")
            for key in wanted
            if isinstance(error := before[key], ApiError) and (self._is_looped or _is_silent(error))
        }

    def _read_back(self, ids: Sequence[str], refusals: Mapping[str, ApiError]) -> dict[str, Reading]:
        return read_records(self._scope, [key for key in ids if not is_final(refusals.get(key))])

    def _send(self, ids: Sequence[str], known: Mapping[str, Reading]) -> dict[str, ApiError]:
        """Call the API and give what it refused, by id.

        Once for all where there is a bulk operation; one by one where there is none, or where it refuses the lot, so
        that one bad record stops no other.
        """
        if not ids:
            return {}
        if self._is_looped:
            return self._send_each(ids, known, self._change_one)
        try:
            self._change_all(self._scope.renewed(), ids)
        except NotPermitted as error:
            if error.address_refused or self._action.single_role not in self._scope.operations:
                return dict.fromkeys(ids, error)
            # Who may not change many at once may still be allowed to change each.
            self._is_looped = True
            return self._send_each(ids, known, self._change_one)
        except (RequestRefused, RecordNotFound) as error:
            if len(ids) == 1:
                return {ids[0]: error}
            return self._send_each(ids, {}, lambda scope, key, record: self._change_all(scope, [key]))
        except ApiError as error:
            return dict.fromkeys(ids, error)
        return {}

    def _send_each(
        self,
        ids: Sequence[str],
        known: Mapping[str, Reading],
        send: Callable[[Scope, str, Record], None],
    ) -> dict[str, ApiError]:
        """Call the API for one record after the other, four at once, as long as that makes sense."""
        refusals: dict[str, ApiError] = {}
        stopped = ""
        for number, part in enumerate(_parts(ids)):
            if not stopped and self._time.has_passed:
                stopped = "There was no time left for it."
            if stopped:
                refusals |= {key: self._unsent(stopped) for key in part}
                continue
            if number and known:
                # What was read for the first part may have changed, and required fields are sent along.
                known = read_records(self._scope, part)
            scope = self._scope.renewed()
            calls = {
                key: partial(
                    send, scope, key, record if isinstance(record := known.get(key), Mapping) else {}
                )
                for key in part
                if not known or not isinstance(known.get(key), ApiError)
            }
            refusals |= self._unread(known, [key for key in part if key not in calls])
            answers = zip(calls, run_together(*calls.values()), strict=True)
            refusals |= {key: answer for key, answer in answers if isinstance(answer, ApiError)}
            reason = next((refusals[key] for key in part if _ends_all(refusals.get(key))), None)
            stopped = (
                f"It was not tried, after the one before it: {describe(reason).title}." if reason else ""
            )
        return refusals

    def _change_all(self, scope: Scope, ids: Sequence[str]) -> None:
        operation = scope.operations[self._action.bulk_role]
        send: Callable[..., object] = (
            scope.client.delete if self._action.changes is None else scope.client.update
        )
        send(operation.id, scope.list_path, {**(self._action.changes or {}), "data": list(ids)})

    def _change_one(self, scope: Scope, key: str, record: Record) -> None:
        operation, path = scope.operations[self._action.single_role], scope.record_path(key)
        if self._action.changes is None:
            scope.client.delete(operation.id, path)
            return
        required = {
            name: as_contract_says(record[name], field)
            for name, field in operation.body_fields.items()
            if field.required and name in record
        }
        scope.client.update(operation.id, path, {**required, **self._action.changes})

    def _unsent(self, why: str) -> Unreachable:
        error = Unreachable(self._action.single_role, why)
        error.is_quoted = False
        return error


def _ends_all(refusal: ApiError | None) -> bool:
    """Whether the records after this one would be refused for the same reason."""
    return isinstance(refusal, KeyRejected | RateLimited)
