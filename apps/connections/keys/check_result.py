"""The result of a key check: the state of the key and a sentence, from an API error."""

from typing import NamedTuple

from apps.api.errors import (
    ApiError,
    KeyRejected,
    NotPermitted,
    RateLimited,
    RecordNotFound,
    RequestRefused,
    Unreachable,
)
from apps.connections.models import Connection

State = Connection.State


class KeyCheckResult(NamedTuple):
    """The state of a key to show, a sentence about it, and the API's id of the organisation it showed to be of."""

    state: Connection.State
    message: str
    organisation: str = ""


def result_of_error(error: ApiError) -> KeyCheckResult:
    """What a call that failed says about its key."""
    said = error.user_message
    match error:
        case KeyRejected():
            return KeyCheckResult(State.KEY_REFUSED, f"The service refused the key: {said}")
        case NotPermitted(address_refused=True):
            return KeyCheckResult(State.ADDRESS_REFUSED, f"The key may not be used from this address: {said}")
        case NotPermitted():
            return KeyCheckResult(State.NO_PERMISSION, f"The key is known, but may read nothing here: {said}")
        case RateLimited():
            return KeyCheckResult(State.UNTESTED, "The service asks to wait. Test again in a minute.")
        case Unreachable():
            return KeyCheckResult(State.UNREACHABLE, f"The service cannot be reached: {said}")
        case RecordNotFound():
            return KeyCheckResult(
                State.UNREACHABLE, "There is no such API at the base URL. An admin should check it."
            )
        case RequestRefused():
            return KeyCheckResult(State.UNTESTED, f"The service did not accept the test call: {said}")
        case _:
            return KeyCheckResult(State.UNREACHABLE, f"The service did not answer as it should: {said}")
