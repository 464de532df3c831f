"""The forms: inviting, joining, roles, and to whom what somebody left is given."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import Role, User
from apps.accounts.passwords.rules import rules_in_words
from apps.accounts.preferences import time_zone_choices
from apps.connections.models import Service
from apps.text.typed import one_line, one_word

ROLE_WORDS = {
    Role.VIEWER: "Reads and downloads; changes nothing.",
    Role.MANAGER: "Creates, edits and archives records; exports, schedules and shares.",
    Role.ADMIN: "Everything: acts in bulk, manages services and people.",
    Role.AUDITOR: "Reads the change log and who has access; nothing else.",
}
ALL_SERVICES = "All services"


class InviteForm(forms.Form):
    """Whom to invite, as what."""

    email = forms.EmailField(
        max_length=254,
        label="Email",
        widget=forms.EmailInput(attrs={"autocomplete": "off", "autofocus": True}),
    )
    role = forms.ChoiceField(
        choices=[(role.value, f"{role.label}: {ROLE_WORDS[role]}") for role in ROLE_WORDS],
        widget=forms.RadioSelect,
        initial=Role.VIEWER,
    )
    service = forms.ModelChoiceField(
        Service.objects.defer("contract"),
        required=False,
        empty_label=ALL_SERVICES,
        label="For",
        help_text="The role is for all services, or for this one alone. An admin for one service manages no people.",
    )

    is_second_factor_required = forms.BooleanField(
        required=False,
        label="Require a second factor",
        help_text="They set up a passkey or a code app before anything else.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.SECOND_FACTOR_REQUIRED_FOR == "everybody":
            # There is nothing to choose.
            del self.fields["is_second_factor_required"]
        elif settings.SECOND_FACTOR_REQUIRED_FOR == "admins":
            self.fields["is_second_factor_required"].help_text += " Admins always do."

    def clean_email(self) -> str:
        """The address without what nobody sees, in lower case, as accounts have it."""
        return one_word(self.cleaned_data["email"]).lower()


class JoinForm(forms.Form):
    """What somebody who is invited says of themselves. `email` tells a password manager whose password it is.

    Where nobody signs in with a password, none is asked for.
    """

    email = forms.EmailField(
        disabled=True,
        required=False,
        label="Email",
        widget=forms.EmailInput(attrs={"autocomplete": "username", "readonly": True}),
    )
    name = forms.CharField(
        max_length=150,
        label="Your name",
        widget=forms.TextInput(attrs={"autocomplete": "name", "autofocus": True}),
    )
    password1 = forms.CharField(
        label="Password",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password2 = forms.CharField(
        label="Password (again)",
        strip=False,
        max_length=4096,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    time_zone = forms.ChoiceField(
        choices=time_zone_choices,
        label="Time zone",
        initial="UTC",
        help_text="Dates and times are shown in this zone.",
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["email"] = email
        if not self.is_bound:
            # The script chooses the browser's own (static/js/own-zone.js).
            self.fields["time_zone"].widget.attrs["data-own-zone"] = True
        if settings.PASSWORD_SIGN_IN:
            self.fields["password1"].help_text = rules_in_words()
        else:
            del self.fields["password1"], self.fields["password2"]

    def clean_name(self) -> str:
        """The name on one line. Raises `ValidationError` where nothing of it can be seen."""
        name = one_line(self.cleaned_data["name"])
        if not name:
            raise ValidationError("Enter your name.", code="required")
        return name

    @sensitive_variables()
    def clean(self) -> dict[str, Any]:
        """Hold the password to the rules for one, with name and address in mind."""
        values: dict[str, Any] = super().clean() or self.cleaned_data
        first, second = values.get("password1"), values.get("password2")
        if first and second and first != second:
            self.add_error("password2", "The two passwords are not the same.")
        if first:
            try:
                validate_password(first, User(email=self.initial["email"], name=values.get("name", "")))
            except ValidationError as error:
                self.add_error("password1", error)
        return values


class RolesForm(forms.Form):
    """The role for all services, and one for each where it differs."""

    def __init__(self, *args: Any, person: User, services: Iterable[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        roles = [(role.value, role.label) for role in Role]
        services = list(services)
        self.fields["role"] = forms.ChoiceField(
            choices=[*roles, ("", "None")] if services else roles,
            label=ALL_SERVICES,
            initial=person.role,
            required=not services,
        )
        self._names: dict[str, UUID] = {}
        for service in services:
            name = f"role_{service.pk.hex}"
            self._names[name] = service.pk
            self.fields[name] = forms.ChoiceField(
                choices=[("", "As for all services"), *roles],
                label=service.name,
                initial=person.service_roles.get(str(service.pk), ""),
                required=False,
            )

    def changes(self) -> list[tuple[UUID | None, str]]:
        """What of a valid form differs from before: a service, or None for all, and the role there."""
        names: dict[str, UUID | None] = {"role": None, **self._names}
        return [(names[name], self.cleaned_data[name]) for name in self.changed_data]


class HandOverForm(forms.Form):
    """To whom what somebody left is given."""

    def __init__(self, *args: Any, takers: list[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(pk__in=[taker.pk for taker in takers]).order_by("name", "email")
        self.fields["to"] = forms.ModelChoiceField(people, label="Give it to", empty_label=None)
