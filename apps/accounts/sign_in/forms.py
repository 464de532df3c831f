"""allauth's password forms in our words: rules for a password as one sentence, labels as on every other form."""

from typing import Any

from allauth.account import forms

from apps.accounts.passwords.rules import rules_in_words


class PlainFieldsMixin:
    """Labels in small letters, said once and not again inside their boxes, and the cursor in the first one."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.label = str(field.label).capitalize()
            field.widget.attrs.pop("placeholder", None)
        next(iter(self.fields.values())).widget.attrs["autofocus"] = True


class PlainRulesMixin(PlainFieldsMixin):
    """Says the rules for a password in plain text, which fits where any other help text does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password1"].help_text = rules_in_words()


class ChangePasswordForm(PlainRulesMixin, forms.ChangePasswordForm):  # type: ignore[misc]
    """The old password and a new one, twice."""


class SetPasswordForm(PlainRulesMixin, forms.SetPasswordForm):  # type: ignore[misc]
    """A first password, twice."""


class ResetPasswordKeyForm(PlainRulesMixin, forms.ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password, twice, for somebody who followed a mailed link."""


class ForgottenPasswordMixin(PlainFieldsMixin):
    """Takes the link for who forgot their password from between the field and its name: the page has it at its end."""

    has_forgotten_password_link = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].help_text = ""


class LoginForm(ForgottenPasswordMixin, forms.LoginForm):  # type: ignore[misc]
    """Address and password."""


class ReauthenticateForm(ForgottenPasswordMixin, forms.ReauthenticateForm):  # type: ignore[misc]
    """The password, once more."""
