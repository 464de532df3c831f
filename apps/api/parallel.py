"""Runs independent calls at the same time, in threads."""

import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

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


def _result_of(call: Callable[[], T]) -> T | ApiError:
    try:
        return call()
    except ApiError as error:
        return error
