"""Forms for services and for a person's key."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms import BaseInlineFormSet, inlineformset_factory
from django.urls import reverse_lazy
from django.views.decorators.debug import sensitive_variables

from apps.api.credentials import Secret
from apps.api.hosts import check_base_url
from apps.connections.models import Connection, Integration, Service

BLANK_ROWS = 3
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
                " Another host deletes every key stored for this service: its owner typed it for the old one."
            )
        self.fields["base_url"].help_text = help_text

    def clean_base_url(self) -> str:
        """The address without a slash at its end; refused when its host is not on the allow-list."""
        try:
            return check_base_url(self.cleaned_data["base_url"], settings.API_ALLOWED_HOSTS)
        except ValueError as error:
            raise forms.ValidationError(str(error), code="base_url") from error


class IntegrationForm(forms.ModelForm[Integration]):
    """One integration: its id in the API and its label."""

    class Meta:
        model = Integration
        fields = ["integration_id", "label"]
        labels = {"integration_id": "Integration ID"}


IntegrationFormSet: type[BaseInlineFormSet[Integration, Service, IntegrationForm]] = inlineformset_factory(
    Service, Integration, form=IntegrationForm, extra=BLANK_ROWS, can_delete_extra=False
)


class KeyField(forms.CharField):
    """A key, typed once: never sent back to the browser, and masked as soon as it is read."""

    widget = forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}, render_value=False)

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=MAXIMUM_KEY_LENGTH, **options)

    @sensitive_variables()
    def clean(self, value: Any) -> Secret:
        """The key; refused when it could not be sent in a header."""
        text = super().clean(value)
        if not text.isascii() or not text.isprintable() or " " in text:
            raise forms.ValidationError("A key has no spaces and only plain characters.", code="characters")
        return Secret(text)


class KeyForm(forms.Form):
    """How a key is sent, and the key."""

    authentication = forms.ChoiceField(choices=Connection.Authentication.choices, label="How the key is sent")
    key = KeyField(
        label="Key",
        help_text="Stored encrypted, and shown afterwards as its last four characters only.",
    )

    def __init__(self, *args: Any, service: Service | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if service is not None:
            self.offer_ways_of(service)

    def offer_ways_of(self, service: Service) -> None:
        """Leave the choices that the service takes."""
        field = self.fields["authentication"]
        field.choices = [(way.value, way.label) for way in service.authentications]  # type: ignore[attr-defined]
        field.help_text = WAYS_HELP[Service.Kind(service.kind)]
        field.error_messages["invalid_choice"] = f"{service} takes no key that way. Choose one of these."


class ConnectionForm(KeyForm):
    """The service a key is for, and the key."""

    service = forms.ModelChoiceField(
        queryset=Service.objects.defer("contract"),
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

    field_order = ["service", "authentication", "key"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["service"]
        try:
            self.offer_ways_of(field.clean(self["service"].value() or Service.objects.first()))
        except forms.ValidationError:
            # Which service is meant is not known, and said at its own field.
            return
