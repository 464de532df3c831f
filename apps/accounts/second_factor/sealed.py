"""Secrets of second factors, encrypted under the ring and bound to the person whose they are.

allauth hands over a text without saying whose it is. So it is encrypted for nobody first and for its owner when its row
is saved, and a text of a row knows its owner. Copied into another person's row it opens nothing.
"""

import base64
import binascii
import logging
from typing import Any

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.views.decorators.debug import sensitive_variables

from apps.encryption.ring import DecryptionFailed, Sealed, decrypt, encrypt, encrypting_key_id

logger = logging.getLogger(__name__)

#: The entries of a row's data that are secret.
SECRET_NAMES = ("secret", "seed")
NOBODY = ""
_PREFIX = "ring"
UNREADABLE = "No key of API_KEY_RING opens the second factor %s: its owner needs a new one"


class OwnedText(str):
    """An encrypted text of a row, which knows whose row that is."""

    owner: str = NOBODY

    def __new__(cls, text: str, owner: str) -> "OwnedText":
        """The text, of that owner."""
        made = super().__new__(cls, text)
        made.owner = owner
        return made


@sensitive_variables("text")
def sealed(text: str, owner: str) -> OwnedText:
    """The text encrypted for its owner."""
    ring_key_id, content = encrypt(text, bound_to=_binding(owner))
    return OwnedText(f"{_PREFIX}:{ring_key_id}:{base64.b64encode(content).decode()}", owner)


def opened(text: str) -> str:
    """The secret of an encrypted text. Raises `DecryptionFailed` for another one's, and for what is not encrypted."""
    owner = text.owner if isinstance(text, OwnedText) else NOBODY
    prefix, _, rest = text.partition(":")
    ring_key_id, _, encoded = rest.rpartition(":")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DecryptionFailed("this is no encrypted text") from error
    if prefix != _PREFIX:
        raise DecryptionFailed("this is no encrypted text")
    return decrypt(Sealed(ring_key_id, content), bound_to=_binding(owner))


def know_owner(sender: object, instance: Authenticator, **details: Any) -> None:
    """Have the texts of a row that was read know whose they are (signal `post_init`)."""
    data = instance.__dict__.get("data")
    if instance.pk is None or not isinstance(data, dict):
        return
    for name in SECRET_NAMES:
        if isinstance(data.get(name), str):
            data[name] = OwnedText(data[name], str(instance.user_id))


def bind_to_owner(sender: object, instance: Authenticator, **details: Any) -> None:
    """Encrypt what was encrypted for nobody for the owner of its row (signal `pre_save`)."""
    for name in SECRET_NAMES:
        text = instance.data.get(name)
        if isinstance(text, str) and not (isinstance(text, OwnedText) and text.owner):
            instance.data[name] = sealed(opened(text), str(instance.user_id))


def outside_first_ring_key() -> QuerySet[Authenticator]:
    """The rows that a rotation has to move: those with a secret that is not under the first ring key."""
    first = f"{_PREFIX}:{encrypting_key_id()}:"
    rows: QuerySet[Authenticator] = Authenticator.objects.filter(
        (Q(type=Authenticator.Type.TOTP) & ~Q(data__secret__startswith=first))
        | (Q(type=Authenticator.Type.RECOVERY_CODES) & ~Q(data__seed__startswith=first))
    )
    return rows


def move_to_first_ring_key(found: Authenticator) -> bool:
    """Encrypt its secrets under the first ring key; False when it was removed meanwhile.

    A code that is used at the same moment stays used. Raises `DecryptionFailed` where no ring key opens one.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().filter(pk=found.pk).first()
        if row is None:
            return False
        try:
            for name in SECRET_NAMES:
                if _is_old(row.data.get(name)):
                    row.data[name] = sealed(opened(row.data[name]), str(row.user_id))
        except DecryptionFailed:
            logger.error(UNREADABLE, row.pk)
            raise
        row.save(update_fields=["data"])
    return True


def _is_old(text: object) -> bool:
    return isinstance(text, str) and not text.startswith(f"{_PREFIX}:{encrypting_key_id()}:")


def _binding(owner: str) -> bytes:
    return f"second factor of {owner or 'nobody yet'}".encode()
