"""allauth's forms for passkeys: whatever a browser sends that is no passkey of this account is refused in words."""

from collections.abc import Callable
from typing import Any, TypeVar

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.core.exceptions import ValidationError

_Result = TypeVar("_Result")

LONGEST_NAME = 60
NOT_ADDED = "The passkey could not be added. Try it once more, with the same or another device."
NOT_USED = "No passkey was used. Try again, or take another way."
NOT_KNOWN = "This passkey does not belong to this account, or was removed. Use another one, or another way."
#: What reading a forged answer of a browser ends in, wherever it is taken apart.
_UNREADABLE = (
    TypeError,
    ValueError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    NotImplementedError,
)


class CredentialField(forms.JSONField):
    """What a browser says of a passkey, unseen; hidden."""

    widget = forms.HiddenInput

    def __init__(self, words: str) -> None:
        super().__init__(error_messages={"invalid": words, "required": NOT_USED})

    def to_python(self, value: Any) -> Any:
        """The object read. Raises `ValidationError` for any other JSON, and for none, however deep it is nested."""
        try:
            read = super().to_python(value)
        except RecursionError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
        # allauth looks at none that counts as false, and takes it for one that was looked at.
        if read is not None and not isinstance(read, dict):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return read


class AddPasskeyForm(webauthn_forms.AddWebAuthnForm):  # type: ignore[misc]
    """A new passkey and a name for it. Each one is enough to sign in with."""

    passwordless = None
    credential = CredentialField(NOT_ADDED)
    name = forms.CharField(
        label="Name",
        required=False,
        max_length=LONGEST_NAME,
        help_text="By which you will know it: “work laptop”, “phone”.",
    )

    def clean(self) -> dict[str, Any]:
        """What was sent. Raises `ValidationError` where it is no answer to this page's question."""
        return _refused_in_words(super().clean, NOT_ADDED)


class RenamePasskeyForm(webauthn_forms.EditWebAuthnForm):  # type: ignore[misc]
    """Another name."""

    name = forms.CharField(label="Name", max_length=LONGEST_NAME)


class _KnownPasskeyMixin(forms.Form):
    credential = CredentialField(NOT_KNOWN)

    def clean_credential(self) -> Authenticator:
        """The passkey's row. Raises `ValidationError` where it is none of this account."""
        return _refused_in_words(super().clean_credential, NOT_KNOWN)  # type: ignore[misc]


class AuthenticatePasskeyForm(_KnownPasskeyMixin, webauthn_forms.AuthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey after the password."""


class LoginPasskeyForm(_KnownPasskeyMixin, webauthn_forms.LoginWebAuthnForm):  # type: ignore[misc]
    """A passkey alone."""


class ReauthenticatePasskeyForm(_KnownPasskeyMixin, webauthn_forms.ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """A passkey as a fresh proof."""


def _refused_in_words(check: Callable[[], _Result], words: str) -> _Result:
    try:
        return check()
    except (ValidationError, *_UNREADABLE) as error:
        raise ValidationError(words, code="incorrect_code") from error
