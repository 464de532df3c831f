"""Runs independent calls at the same time, in threads."""

import contextvars
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Generic, TypeVar

from apps.api.errors import ApiError

MAXIMUM_CALLS_AT_ONCE = 4

T = TypeVar("T")


def run_together(*calls: Callable[[], T]) -> list[T | ApiError]:
    """Run independent calls side by side, at most 4 at once; results in the same order.

    A call's `ApiError` stands in its place; any other exception is raised. The calls see the caller's
    context variables. They run in threads: a call must not touch the database.
    """
    if len(calls) < 2:
        return [_result_of(call) for call in calls]
    with ThreadPoolExecutor(max_workers=min(len(calls), MAXIMUM_CALLS_AT_ONCE)) as executor:
        futures = [executor.submit(contextvars.copy_context().run, _result_of, call) for call in calls]
        return [future.result() for future in futures]


def begin_together(*calls: Callable[[], T]) -> list[Future[T | ApiError]]:
    """As `run_together`, without waiting: each call's own end."""
    executor = ThreadPoolExecutor(MAXIMUM_CALLS_AT_ONCE)
    try:
        return [executor.submit(contextvars.copy_context().run, _result_of, call) for call in calls]
    finally:
        executor.shutdown(wait=False)


class CallGroups(Generic[T]):
    """Groups of independent calls, run side by side like `run_together`; a group comes once all its calls have ended.

    Once it is stopped, from any thread, or no longer gone through, no further call begins.
    """

    def __init__(self, groups: Sequence[Sequence[Callable[[], T]]]) -> None:
        self._groups = groups
        self._ended: SimpleQueue[int | None] = SimpleQueue()
        self._is_stopped = False

    def __iter__(self) -> Iterator[tuple[int, list[T | ApiError]]]:
        if self._is_stopped:
            return
        executor = ThreadPoolExecutor(MAXIMUM_CALLS_AT_ONCE)
        try:
            futures = [self._begun(executor, number, calls) for number, calls in enumerate(self._groups)]
            left = [len(calls) for calls in self._groups]
            yield from ((number, []) for number, count in enumerate(left) if not count)
            for _ in range(sum(left)):
                number = self._ended.get()
                if number is None:
                    return
                left[number] -= 1
                if not left[number]:
                    yield number, [future.result() for future in futures[number]]
        finally:
            executor.shutdown(wait=False, cancel_futures=True)

    def stop(self) -> None:
        """Begin no further call, and give no further group."""
        self._is_stopped = True
        self._ended.put(None)

    def _begun(
        self, executor: ThreadPoolExecutor, number: int, calls: Sequence[Callable[[], T]]
    ) -> list[Future[T | ApiError]]:
        futures = [executor.submit(contextvars.copy_context().run, _result_of, call) for call in calls]
        for future in futures:
            future.add_done_callback(lambda _: self._ended.put(number))
        return futures


def _result_of(call: Callable[[], T]) -> T | ApiError:
    try:
        return call()
    except ApiError as error:
        # Whoever reads results holds them: their traces would hold the reader in turn.
        return error.with_traceback(None)
