"""allauth's password forms: the rules for a password as one sentence instead of a list, and links below the button."""

from typing import Any

from allauth.account import forms

from apps.accounts.passwords.rules import rules_in_words


class PlainRulesMixin:
    """Says the rules for a password in plain text, which fits where any other help text does."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = rules_in_words()


class ChangePasswordForm(PlainRulesMixin, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one, twice."""


class SetPasswordForm(PlainRulesMixin, forms.SetPasswordForm):  # type: ignore[misc]
    """A first password, twice."""


class ResetPasswordKeyForm(PlainRulesMixin, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice, for somebody who followed a mailed link."""


class ForgottenPasswordMixin:
    """Takes the link for who forgot their password from between the field and its name: the page has it at its end."""

    has_forgotten_password_link = True
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class LoginForm(ForgottenPasswordMixin, forms.LoginForm):  # type: ignore[misc]
    """Address and password."""


class ReauthenticateForm(ForgottenPasswordMixin, forms.ReauthenticateForm):  # type: ignore[misc]
    """The password, once more."""
