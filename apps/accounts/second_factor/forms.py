"""allauth's forms for codes: every try is counted, like passwords, and a code opens once."""

from typing import Any

from allauth.core import context
from allauth.mfa import signals
from allauth.mfa.base import forms as base_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from django import forms
from django.core.exceptions import ValidationError

from apps.accounts.product_events import EventKind, tell
from apps.accounts.second_factor.codes import Outcome, step_of, try_code
from apps.accounts.sign_in.limits import Locked, record_code_attempt

LONGEST_CODE = 20
HELP = "Six digits from the app, or one of your recovery codes."
WRONG = "This code is not right. Codes of the app change every 30 seconds: enter the one that is shown now."
USED = "This code was used already. Wait for the app's next one, or take another recovery code."


class CodeInput(forms.TextInput):
    """A box that is empty whenever it is drawn: a code that was not right, or was used, is typed anew."""

    def format_value(self, value: Any) -> None:
        """Nothing."""


def code_field(label: str, help_text: str) -> forms.CharField:
    """A box for a code: browsers offer what they know, telephones show digits."""
    attributes = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}
    return forms.CharField(
        label=label, help_text=help_text, max_length=LONGEST_CODE, widget=CodeInput(attrs=attributes)
    )


class CountedCodeMixin:
    """Checks the code within the limits for wrong ones."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator | None = None

    def clean_code(self) -> str:
        """The code, which is used up. Raises `ValidationError` for any other, and after too many of them."""
        code = str(self.cleaned_data["code"])
        try:
            tried = record_code_attempt(context.request, self.user)
        except Locked as lock:
            tell(
                EventKind.SIGN_IN_LOCKED, None, context.request, subject=self.user, counted_by=self.user.email
            )
            raise ValidationError(lock.words, code="too_many_login_attempts") from lock
        outcome, self.authenticator = try_code(self.user, code)
        if outcome is Outcome.RIGHT:
            tried.delete()
            return code
        self._tell_of_failure()
        raise ValidationError(USED if outcome is Outcome.USED else WRONG, code="incorrect_code")

    def _tell_of_failure(self) -> None:
        row = Authenticator.objects.filter(user=self.user).order_by("-type").first()
        if row is not None:
            signals.authentication_failed.send(
                sender=Authenticator,
                request=context.request,
                user=self.user,
                authenticator=row,
                reauthentication=isinstance(self, ReauthenticateForm),
            )


class AuthenticateForm(CountedCodeMixin, base_forms.AuthenticateForm):  # type: ignore[misc]
    """The code at sign-in."""

    code = code_field("Code", HELP)


class ReauthenticateForm(CountedCodeMixin, base_forms.ReauthenticateForm):  # type: ignore[misc]
    """The code as a fresh proof."""

    code = code_field("Code", HELP)


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):  # type: ignore[misc]
    """The first code of a new app. Its secret is the person's own, so there is nothing to guess."""

    code = code_field("Code", "The six digits that the app shows now.")

    def clean_code(self) -> str:
        """The code. Raises `ValidationError` for a wrong one."""
        code = str(self.cleaned_data["code"])
        self.step = step_of(self.secret, code)
        if self.step is None:
            raise ValidationError(WRONG, code="incorrect_code")
        return code
