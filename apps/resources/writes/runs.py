"""Carries out changes of existing records of one place: sends, reads back, and sends once more what got lost.

The API answers a bulk call with `{}`, and any answer may be lost, so the truth is read back. Sending and reading back
have a time budget each, and calls for single records one for every part of them: what was sent is always read back.
After twice the scope's time nothing more is sent, and the rest is told apart as not sent.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from apps.api.contract.contract import Operation
from apps.api.deadline import Deadline
from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    OutcomeUnknown,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    Unreachable,
)
from apps.api.http.protocol import encode
from apps.api.parallel import run_together
from apps.resources.scope import Scope
from apps.resources.writes.actions import bulk_operation
from apps.resources.writes.bodies import body_of
from apps.resources.writes.planned_change import PlannedChange
from apps.resources.writes.reading import Reading, is_silent, pages, parts, read_records
from apps.resources.writes.results import GONE, Judge, Result, is_final, is_lost
from apps.resources.writes.sending import Write, delete_together, update_together
from apps.ui.error_pages import describe

SENT_BEFORE = "It may have been sent before, by a process that ended."


class Run:
    """Some changes, by the ids of their records. `in_bulk` prefers the contract's bulk calls, where it has them."""

    def __init__(
        self,
        scope: Scope,
        planned: Sequence[PlannedChange],
        judge: Judge,
        *,
        in_bulk: bool,
        looks_only: bool = False,
    ) -> None:
        self._scope = scope
        self._planned = {item.record_id: item for item in planned}
        self._judge = judge
        self._in_bulk = in_bulk
        self._looks_only = looks_only
        self._alone: set[str] = set()
        self._time = Deadline(2 * scope.seconds)
        self.writes: Mapping[str, Write] = {}

    def first_operation(self, item: PlannedChange) -> Operation:
        """The operation that the change is sent by, if nothing comes between."""
        return self._bulk_operation(item) or self._single_operation(item)

    def unreadable(self) -> dict[str, ApiError]:
        """Those that nothing can be sent for because they could not be read first, by id, and why."""
        return self._unread(self._planned, {key: item.record for key, item in self._planned.items()})

    def carry_out(self, writes: Mapping[str, Write]) -> list[Result]:
        """Make the changes whose writes are in the log, and give what came of each, in that order.

        What may have been sent before, by a process that ended, is looked at first like any lost answer.
        """
        self.writes = writes
        before: dict[str, Reading] = {key: self._planned[key].record for key in writes}
        sent_before = [key for key in writes if self._planned[key].may_be_sent]
        refusals = self._send([key for key in writes if not self._planned[key].may_be_sent], before)
        for key in sent_before:
            refusals[key] = OutcomeUnknown(self.first_operation(self._planned[key]).id, SENT_BEFORE)
            writes[key].error = refusals[key]
        after = self._read_back(writes, refusals)
        undone = [key for key in writes if self._may_be_sent_again(key, refusals.get(key), after.get(key))]
        if undone and not self._looks_only and not self._time.has_passed:
            again = self._send(undone, after)
            # The first sending may have come to its effect late: what is gone now was archived by us.
            again = {
                key: error
                for key, error in again.items()
                if not (self._planned[key].change.is_archiving and isinstance(error, RecordNotFound))
            }
            refusals = {key: error for key, error in refusals.items() if key not in undone} | again
            after |= self._read_back(undone, again)
        return [
            self._judge.result(
                self._planned[key], refusals.get(key), after.get(key), was_sent_alone=key in self._alone
            )
            for key in writes
        ]

    def _may_be_sent_again(self, key: str, refusal: ApiError | None, after: Reading) -> bool:
        """Whether its answer was lost, it was not made, nobody else changed it since, and twice does no harm."""
        item = self._planned[key]
        is_harmless = self.first_operation(item).effect == "idempotent"
        return is_harmless and is_lost(refusal) and self._judge.is_untouched(item, after)

    def _unread(self, keys: Iterable[str], known: Mapping[str, Reading]) -> dict[str, ApiError]:
        return {
            key: self._unsent(key, f"It could not be read first: {describe(error).title}.")
            for key in keys
            if isinstance(error := known.get(key), ApiError) and (self._needs_record(key) or is_silent(error))
        }

    def _gone(self, keys: Iterable[str], known: Mapping[str, Reading]) -> dict[str, ApiError]:
        """Those that are not there any more: without them nothing is known of what the contract requires."""
        return {
            key: RecordNotFound(self._single_operation(self._planned[key]).id, GONE)
            for key in keys
            if known.get(key, self) is None and self._needs_record(key)
        }

    def _needs_record(self, key: str) -> bool:
        """Whether what is sent for it holds parts of the record as it is now."""
        item = self._planned[key]
        return not item.change.is_archiving and self._bulk_operation(item) is None

    def _read_back(self, keys: Iterable[str], refusals: Mapping[str, ApiError]) -> dict[str, Reading]:
        return read_records(self._scope, [key for key in keys if not is_final(refusals.get(key))])

    # --- Which operation ---

    def _bulk_operation(self, item: PlannedChange) -> Operation | None:
        """The bulk operation for the change, where it is wanted, the contract has it, and the key may use it."""
        values = item.change.values
        operation = bulk_operation(self._scope.operations, values) if self._in_bulk else None
        if operation is None:
            return None
        role, single = ("bulk_delete", "delete") if values is None else ("bulk_status", "update")
        is_refused = not self._scope.may_try(role) and self._scope.may_try(single)
        return None if is_refused else operation

    def _single_operation(self, item: PlannedChange) -> Operation:
        return self._scope.operations["delete" if item.change.is_archiving else "update"]

    # --- Sending ---

    def _send(self, keys: Sequence[str], known: Mapping[str, Reading]) -> dict[str, ApiError]:
        """Call the API and give what it refused, by id: the same for several by one call where there is such a call."""
        refusals: dict[str, ApiError] = {}
        groups: dict[bytes, list[str]] = {}
        for key in keys:
            groups.setdefault(encode(self._planned[key].change.values), []).append(key)
        looped: list[str] = []
        for group in groups.values():
            operation = self._bulk_operation(self._planned[group[0]])
            if operation is None:
                looped += group
            else:
                refusals |= self._send_together(operation, group, known)
        return refusals | self._send_each(looped, known)

    def _send_together(
        self, operation: Operation, keys: Sequence[str], known: Mapping[str, Reading]
    ) -> dict[str, ApiError]:
        """One call for every hundred, four at once."""
        groups = list(pages(keys))
        answers = run_together(
            *(partial(self._change_all, self._scope.renewed(), operation, group) for group in groups)
        )
        refusals: dict[str, ApiError] = {}
        for group, answer in zip(groups, answers, strict=True):
            if isinstance(answer, ApiError):
                refusals |= self._after_refusal(operation, group, answer, known)
        return refusals

    def _after_refusal(
        self, operation: Operation, keys: Sequence[str], error: ApiError, known: Mapping[str, Reading]
    ) -> dict[str, ApiError]:
        """One by one where a call for many was refused, so that one bad record stops no other."""
        if isinstance(error, NotPermitted):
            single = "delete" if self._planned[keys[0]].change.is_archiving else "update"
            if error.address_refused or single not in self._scope.operations:
                return dict.fromkeys(keys, error)
            # Who may not change many at once may still be allowed to change each.
            self._in_bulk = False
            return self._send_each(keys, known)
        if isinstance(error, RequestRefused | RecordNotFound) and len(keys) > 1:
            return self._send_each(keys, {}, operation)
        return dict.fromkeys(keys, error)

    def _send_each(
        self, keys: Sequence[str], known: Mapping[str, Reading], operation: Operation | None = None
    ) -> dict[str, ApiError]:
        """Call the API for one record after the other, four at once, as long as that makes sense.

        With a bulk operation each is sent by a call of that.
        """
        refusals: dict[str, ApiError] = {}
        stopped = ""
        for number, part in enumerate(parts(keys)):
            if not stopped and self._time.has_passed:
                stopped = "There was no time left for it."
            if stopped:
                refusals |= {key: self._unsent(key, stopped) for key in part}
                continue
            is_partial = any(self._planned[key].is_record_partial and self._needs_record(key) for key in part)
            if operation is None and (number or is_partial):
                # What was read for the first part may have changed, and required fields are sent along.
                known = read_records(self._scope, part)
            unread = {} if operation else self._unread(part, known) | self._gone(part, known)
            scope = self._scope.renewed()
            calls = {
                key: partial(self._change_all, scope, operation, [key])
                if operation
                else partial(self._change_one, scope, key, known.get(key))
                for key in part
                if key not in unread
            }
            answers = zip(calls, run_together(*calls.values()), strict=True)
            refusals |= unread | {key: answer for key, answer in answers if isinstance(answer, ApiError)}
            reason = next((refusals[key] for key in part if _ends_all(refusals.get(key))), None)
            stopped = (
                f"It was not tried, after the one before it: {describe(reason).title}." if reason else ""
            )
        return refusals

    def _change_all(self, scope: Scope, operation: Operation, keys: Sequence[str]) -> None:
        self._alone -= set(keys)
        writes, values = [self.writes[key] for key in keys], self._planned[keys[0]].change.values
        body = {**body_of(values or {}, operation.body_fields), "data": list(keys)}
        send = delete_together if values is None else update_together
        send(writes, scope.client, operation.id, scope.list_path, body)

    def _change_one(self, scope: Scope, key: str, record: Reading) -> None:
        self._alone.add(key)
        item, write = self._planned[key], self.writes[key]
        operation, path = self._single_operation(item), scope.record_path(key)
        if item.change.values is None:
            write.delete(scope.client, operation.id, path)
            return
        present = record if isinstance(record, Mapping) else {}
        body = body_of(item.change.values, operation.body_fields, present)
        write.update(scope.client, operation.id, path, body)

    def _unsent(self, key: str, why: str) -> Unreachable:
        error = Unreachable(self._single_operation(self._planned[key]).id, why)
        error.is_quoted = False
        return error


def _ends_all(refusal: ApiError | None) -> bool:
    """Whether the records after this one would be refused for the same reason."""
    return isinstance(refusal, KeyRejected | RateLimited)
