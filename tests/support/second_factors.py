"""Code apps of the tests: one for a person, and the codes it shows."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value

SECONDS = 30


def code_of(secret: str, steps: int = 0) -> str:
    """The code that an app with this secret shows now, or so many steps of 30 seconds later."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // SECONDS + steps))


def wrong_code_of(secret: str) -> str:
    """Six digits that are none of the codes around now."""
    near = {code_of(secret, steps) for steps in range(-3, 4)}
    return next(digits for digits in map("{:06}".format, range(10)) if digits not in near)


def give_app(person) -> str:
    """A code app of the person; its secret."""
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    person.refresh_from_db()
    return secret


def give_recovery_codes(person) -> list[str]:
    """The person's new recovery codes."""
    return RecoveryCodes.activate(person).generate_codes()


def row_of(person, kind: str = Authenticator.Type.TOTP) -> Authenticator:
    """The row of the person's app, or of their recovery codes."""
    return Authenticator.objects.get(user=person, type=kind)
