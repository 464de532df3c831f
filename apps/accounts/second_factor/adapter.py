"""allauth's hooks for second factors: encrypted secrets, the name of this site for passkeys, our words."""

from typing import Any

import qrcode
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.utils.html import format_html

from apps.accounts.models import User
from apps.accounts.passkey_hosts import passkey_host
from apps.accounts.second_factor.requirement import FACTORS, must_have_second_factor
from apps.accounts.second_factor.sealed import NOBODY, opened, sealed

SITE_NAME = "Integr8 desk"


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """What allauth asks about second factors."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "cannot_delete_authenticator": "You must have a second factor. Add another one before you remove this one.",
        "cannot_generate_recovery_codes": "Set up a code app or a passkey first: recovery codes stand in for it.",
    }

    def encrypt(self, text: str) -> str:
        """The text under the ring, for nobody yet: its row is not known here."""
        return sealed(text, NOBODY)

    def decrypt(self, encrypted_text: str) -> str:
        """The text. Raises `DecryptionFailed`."""
        return opened(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person may be without it: not where they must have one and it is the only one."""
        if not must_have_second_factor(authenticator.user):
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id, type__in=FACTORS)
        return bool(others.exclude(pk=authenticator.pk).exists())

    def build_totp_svg(self, url: str) -> str:
        """The picture a code app reads, drawn without a style of its own."""
        code = qrcode.QRCode(border=4)
        code.add_data(url)
        rows = code.get_matrix()
        path = "".join(
            f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark
        )
        return format_html(
            '<svg class="qr-code" role="img" aria-label="Picture to scan" viewBox="0 0 {0} {0}"><path d="{1}"/></svg>',
            len(rows),
            path,
        )

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 — allauth passes it by name
        """A name for a passkey whose owner gave none."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return "Passkey" if number == 1 else f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site that passkeys are for: the host of `SITE_URL`, whatever host a request names."""
        return {"id": passkey_host(), "name": SITE_NAME}

    def get_public_key_credential_user_entity(self, user: User) -> dict[str, Any]:
        """Who a passkey is of, as the browser shows it."""
        return {"id": str(user.pk).encode(), "display_name": str(user), "name": user.email}
