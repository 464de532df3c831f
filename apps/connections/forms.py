"""Forms for services and for a person's key."""

import re
from typing import Any

from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.forms.utils import ErrorList
from django.urls import reverse_lazy
from django.views.decorators.debug import sensitive_variables

from apps.api.credentials import Secret
from apps.api.http.allowed_hosts import check_base_url
from apps.connections.models import Connection, Integration, Service

BLANK_ROWS = 3
#: As many rows one form may add.
MOST_NEW_ROWS = 100
UNREADABLE_COUNTS = (
    "How many integrations there are did not arrive as it was sent, so nothing was saved. The rows below are those "
    "that are stored: change them and save again."
)
MAXIMUM_KEY_LENGTH = 4000
WAYS_HELP = {
    Service.Kind.INTEGR8: "Keys made in Integr8's own pages go into the API-KEY header.",
    Service.Kind.TOKEN: "Tokens are sent as Bearer; choose the query only where headers cannot be sent.",
}


class ServiceForm(forms.ModelForm[Service]):
    """Name, kind and base URL of a service."""

    class Meta:
        model = Service
        fields = ["name", "kind", "base_url"]
        labels = {"base_url": "Base URL"}
        widgets = {"base_url": forms.URLInput(attrs={"spellcheck": "false"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = ", ".join(settings.API_ALLOWED_HOSTS)
        help_text = f"The address all paths start from. Allowed hosts: {allowed}."
        if not self.instance._state.adding:
            help_text += (
                " Keys belong to the host they were typed for: another host needs its own from everybody."
            )
        self.fields["base_url"].help_text = help_text

    def clean_base_url(self) -> str:
        """The URL without a slash at its end. Raises `ValidationError` when its host is not on the allow-list."""
        try:
            return check_base_url(
                self.cleaned_data["base_url"], settings.API_ALLOWED_HOSTS, settings.UNENCRYPTED_HOSTS
            )
        except ValueError as error:
            raise forms.ValidationError(str(error), code="base_url") from error


class IntegrationForm(forms.ModelForm[Integration]):
    """One integration: its id in the API and its label."""

    class Meta:
        model = Integration
        fields = ["integration_id", "label"]
        labels = {"integration_id": "Integration ID"}


class IntegrationRows(BaseInlineFormSet[Integration, Service, IntegrationForm]):
    """The rows of a service. What says nonsense about their number is refused in words, and builds no rows."""

    def __init__(self, data: Any = None, *arguments: Any, **options: Any) -> None:
        service: Service = options["instance"]
        stored = 0 if service._state.adding else service.integrations.count()
        self.has_unreadable_counts = data is not None and not _are_counts(
            data, self.get_default_prefix(), stored + MOST_NEW_ROWS
        )
        super().__init__(None if self.has_unreadable_counts else data, *arguments, **options)

    def is_valid(self) -> bool:
        """Whether the rows can be saved."""
        return not self.has_unreadable_counts and super().is_valid()

    def non_form_errors(self) -> ErrorList:
        """What is wrong with the rows as a whole."""
        return ErrorList([UNREADABLE_COUNTS]) if self.has_unreadable_counts else super().non_form_errors()


def _are_counts(data: Any, prefix: str, most: int) -> bool:
    """Whether the hidden fields say how many rows came, and how many of them are stored, as a page of ours does."""
    total, initial = (data.get(f"{prefix}-{name}_FORMS", "") for name in ("TOTAL", "INITIAL"))
    if not all(re.fullmatch(r"[0-9]{1,6}", text) for text in (total, initial)):
        return False
    return int(initial) <= int(total) <= most


IntegrationFormSet: type[BaseInlineFormSet[Integration, Service, IntegrationForm]] = inlineformset_factory(
    Service,
    Integration,
    form=IntegrationForm,
    formset=IntegrationRows,
    extra=BLANK_ROWS,
    can_delete_extra=False,
)


class KeyField(forms.CharField):
    """A key, typed once: never sent back to the browser, and masked as soon as it is read."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAXIMUM_KEY_LENGTH, **options)

    @sensitive_variables()
    def clean(self, value: Any) -> Secret:
        """The key. Raises `ValidationError` when it could not be sent in a header."""
        text = super().clean(value)
        if not text.isascii() or not text.isprintable() or " " in text:
            raise forms.ValidationError("A key has no spaces and only plain characters.", code="characters")
        return Secret(text)


class KeyForm(forms.Form):
    """How a key is sent, and the key."""

    #: Whether the page offers to store a key that failed its test.
    may_insist = False

    authentication = forms.ChoiceField(choices=Connection.Authentication.choices, label="How the key is sent")
    key = KeyField(
        label="Key",
        help_text="Stored encrypted, and shown afterwards as its last four characters only.",
    )

    #: Asked for only after a new key failed its test.
    insist = forms.BooleanField(
        required=False,
        label="Store it even if it does not work",
        help_text="The key that is stored now is lost then.",
    )

    def __init__(self, *args: Any, service: Service | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.is_bound:
            # What somebody comes here for; a form with a mistake puts the list of mistakes into focus.
            self.fields["key"].widget.attrs["autofocus"] = True
        if service is not None:
            self.offer_ways_of(service)

    def refuse_key(self, message: str, kept: Connection) -> None:
        """Say that the new key was not stored and the old one stays, and offer to store it all the same."""
        ending = f" ending in {kept.last_four}" if kept.last_four else ""
        self.add_error(
            "key", f"This key was not stored. {message} The key{ending} that you stored before stays in use."
        )
        self.may_insist = True

    def offer_ways_of(self, service: Service) -> None:
        """Leave the choices that the service takes."""
        field = self.fields["authentication"]
        field.choices = [(way.value, way.label) for way in service.authentications]  # type: ignore[attr-defined]
        field.help_text = WAYS_HELP[Service.Kind(service.kind)]
        field.error_messages["invalid_choice"] = f"{service} takes no key that way. Choose one of these."


class ConnectionForm(KeyForm):
    """The service a key is for, one of `services`, and the key."""

    service = forms.ModelChoiceField(
        queryset=Service.objects.none(),
        empty_label=None,
        # Another service may take keys in other ways.
        widget=forms.Select(
            attrs={
                "hx-get": reverse_lazy("connections:create"),
                "hx-target": "#key-ways",
                "hx-select": "#key-ways",
                "hx-swap": "outerHTML",
            }
        ),
    )

    field_order = ["service", "authentication", "key", "insist"]

    def __init__(self, *args: Any, services: QuerySet[Service], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        field.queryset = services  # type: ignore[attr-defined]
        try:
            self.offer_ways_of(field.clean(self["service"].value() or services.first()))
        except forms.ValidationError:
            # Which service is meant is not known, and said at its own field.
            return
