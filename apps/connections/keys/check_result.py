"""What an error says about the key it was asked with, in a state and a sentence."""

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


class Verdict(NamedTuple):
    """The state of a key to show, a sentence about it, and the API's id of the organisation it showed to be of."""

    state: Connection.State
    message: str
    organisation: str = ""


def verdict_from(error: ApiError) -> Verdict:
    """What a call that failed says about its key."""
    said = error.user_message
    match error:
        case KeyRejected():
            return Verdict(State.KEY_REFUSED, f"The service refused the key: {said}")
        case NotPermitted(address_refused=True):
            return Verdict(State.ADDRESS_REFUSED, f"The key may not be used from this address: {said}")
        case NotPermitted():
            return Verdict(State.NO_PERMISSION, f"The key is known, but may read nothing here: {said}")
        case RateLimited():
            return Verdict(State.UNTESTED, "The service asks to wait. Test again in a minute.")
        case Unreachable():
            return Verdict(State.UNREACHABLE, f"The service cannot be reached: {said}")
        case RecordNotFound():
            return Verdict(
                State.UNREACHABLE, "There is no such API at the base URL. An admin should check it."
            )
        case RequestRefused():
            return Verdict(State.UNTESTED, f"The service did not accept the test call: {said}")
        case _:
            return Verdict(State.UNREACHABLE, f"The service did not answer as it should: {said}")
