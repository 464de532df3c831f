"""Checks a code of an app or a recovery code. Each opens once: what was used is kept in the row of the secret."""

import logging
from enum import Enum

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.db import transaction

from apps.accounts.models import User
from apps.accounts.second_factor.sealed import UNREADABLE, opened
from apps.encryption.ring import DecryptionFailed

logger = logging.getLogger(__name__)

#: The newest step of 30 seconds whose code was used; older ones open nothing any more.
LAST_STEP = "last_step"


class Outcome(Enum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    USED = "used"


def try_code(person: User, code: str) -> tuple[Outcome, Authenticator | None]:
    """What the code is to the person, and whose row it is of: the app's or the recovery codes'.

    A right one is used with that, also where another process tries it at the same moment.
    """
    found = Outcome.WRONG
    for row in Authenticator.objects.filter(user=person).exclude(type=Authenticator.Type.WEBAUTHN):
        outcome = _try(row, code)
        if outcome is Outcome.RIGHT:
            return outcome, row
        if outcome is Outcome.USED:
            found = outcome
    return found, None


def step_of(secret: str, code: str) -> int | None:
    """The step of 30 seconds, of those that count now, whose code it is."""
    for step in yield_hotp_counters_from_time():
        if compare_user_code(actual=code, expected=format_hotp_value(hotp_value(secret, step))):
            return int(step)
    return None


def recovery_codes_left(row: Authenticator) -> int:
    """How many recovery codes were not used yet; 0 where they cannot be read."""
    try:
        return len(RecoveryCodes(row).get_unused_codes())
    except DecryptionFailed:
        logger.error(UNREADABLE, row.pk)
        return 0


@transaction.atomic
def _try(row: Authenticator, code: str) -> Outcome:
    locked = Authenticator.objects.select_for_update().filter(pk=row.pk).first()
    if locked is None:
        return Outcome.WRONG
    try:
        return (
            _try_app(locked, code) if locked.type == Authenticator.Type.TOTP else _try_recovery(locked, code)
        )
    except DecryptionFailed:
        logger.error(UNREADABLE, row.pk)
        return Outcome.WRONG


def _try_app(row: Authenticator, code: str) -> Outcome:
    step = step_of(opened(row.data["secret"]), code)
    if step is None:
        return Outcome.WRONG
    if step <= row.data.get(LAST_STEP, 0):
        return Outcome.USED
    row.data[LAST_STEP] = step
    row.save(update_fields=["data"])
    return Outcome.RIGHT


def _try_recovery(row: Authenticator, code: str) -> Outcome:
    codes = RecoveryCodes(row)
    if codes.validate_code(code):
        return Outcome.RIGHT
    was_one = any(compare_user_code(actual=code, expected=one) for one in codes.generate_codes())
    return Outcome.USED if was_one else Outcome.WRONG
