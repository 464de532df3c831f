"""A change whose answer was lost: look first, and send it once more only where it was not made."""

from collections.abc import Callable

from apps.api.errors import ApiError, OutcomeUnknown, RecordNotFound


def send_until_known(send: Callable[[], object], is_done: Callable[[], bool]) -> None:
    """Send a change that does no harm when it is made twice; return when it is made.

    Raises what `send` raises; `OutcomeUnknown` when it is not known, or two sendings were lost.
    """
    try:
        send()
    except OutcomeUnknown as lost:
        if _is_done(is_done, lost):
            return
    else:
        return
    try:
        send()
    except OutcomeUnknown as lost:
        if not _is_done(is_done, lost):
            raise


def _is_done(is_done: Callable[[], bool], lost: OutcomeUnknown) -> bool:
    try:
        return is_done()
    except RecordNotFound:
        raise
    except ApiError:
        raise lost from None
