"""The warning before a user of Integr8 is switched off or demoted whose key this dashboard uses.

The API does not say whose a key is. Who signs in here with the user's email address is taken for the same person.
"""

from collections.abc import Mapping

from apps.accounts.models import User
from apps.connections.clients import key_holder
from apps.resources.api_access import ApiAccess
from apps.ui.columns import Record
from apps.ui.contract_values import as_boolean
from apps.ui.values import text_of

DEACTIVATED = "Deactivated"
ADMIN = "admin"


def warning_before(
    scope: ApiAccess, person: User, record: Record, changes: Mapping[str, object] | None
) -> str:
    """What the change means for the key in use; "" when it means nothing, or nobody here has the user's address."""
    effect = _effect(record, changes)
    holder = key_holder(scope.connection, text_of(record.get("email"))) if effect else None
    if holder is None:
        return ""
    if holder == person:
        return f"This seems to be you: the user has the email address you sign in with here. {effect.format('Your')}"
    return (
        f"{holder} signs in here with this user's email address and has a key stored. "
        f"{effect.format('Their')}"
    )


def _effect(record: Record, changes: Mapping[str, object] | None) -> str:
    """What happens to the user's key; "" when nothing does."""
    stops = "{} key stops working, and with it the pages, exports and schedules here that use it."
    if changes is None or (changes.get("status") == DEACTIVATED and record.get("status") != DEACTIVATED):
        return stops
    if (
        changes.get("api_access_enabled") is False
        and as_boolean(record.get("api_access_enabled")) is not False
    ):
        return stops
    if "role" in changes and record.get("role") == ADMIN and changes["role"] != ADMIN:
        return "{} key may then do only what an account manager's may: changing users, for one, takes an admin's."
    return ""
