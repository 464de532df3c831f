"""The form that asks for a password reset."""

from typing import Any

from allauth.account import forms
from django.http import HttpRequest

from apps.accounts.sign_in.forms import PlainFieldsMixin
from apps.mail.password_resets import ask_for_reset


class ResetPasswordForm(PlainFieldsMixin, forms.ResetPasswordForm):  # type: ignore[misc]
    """An address. Whether it has an account is not asked while somebody waits for the page."""

    def clean_email(self) -> str:
        """The address in lower case, as accounts have it."""
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **options: Any) -> str:
        """Leave the rest to the worker."""
        email: str = self.cleaned_data["email"]
        ask_for_reset(email)
        return email
