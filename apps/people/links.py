"""The secret part of an invitation's address: which row, which of its mails, and the proof that we made it."""

from typing import NamedTuple
from uuid import UUID

from django.core import signing
from django.views.decorators.debug import sensitive_variables


class Named(NamedTuple):
    """What a link names."""

    invitation_id: UUID
    mail_number: int


@sensitive_variables()
def key_of(invitation_id: UUID, mail_number: int) -> str:
    """The secret part of the link in that mail of that invitation."""
    return _signer().sign(f"{invitation_id.hex}.{mail_number}")


@sensitive_variables()
def named_by(key: str) -> Named | None:
    """What a link names; None for one that we did not make."""
    try:
        invitation_id, _, mail_number = _signer().unsign(key).partition(".")
        return Named(UUID(invitation_id), int(mail_number))
    except (signing.BadSignature, ValueError):
        return None


def _signer() -> signing.Signer:
    return signing.Signer(sep=".", salt="people.invitation")
