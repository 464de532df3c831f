"""allauth's password forms, with the rules for a password as one sentence each instead of a list."""

from typing import Any

from allauth.account import forms
from django.contrib.auth.password_validation import password_validators_help_texts


class PlainRulesMixin:
    """Says the rules for a password in plain text, which fits where any other help text does."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = " ".join(password_validators_help_texts())


class ChangePasswordForm(PlainRulesMixin, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one, twice."""


class SetPasswordForm(PlainRulesMixin, forms.SetPasswordForm):  # type: ignore[misc]
    """A first password, twice."""


class ResetPasswordKeyForm(PlainRulesMixin, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice, for somebody who followed a mailed link."""
