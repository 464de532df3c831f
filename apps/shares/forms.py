"""The form of a new link."""

import uuid

from django import forms

from apps.shares.sharing import DAYS


class ShareForm(forms.Form):
    """For how long, and what the guest is told."""

    days = forms.TypedChoiceField(
        coerce=int,
        label="The link works for",
        choices=[(days, "1 day" if days == 1 else f"{days} days") for days in DAYS],
        initial=DAYS[-1],
        help_text="It ends earlier when the vendor removes the file, or when you revoke it.",
    )
    note = forms.CharField(
        max_length=200,
        required=False,
        label="Note for the guest",
        help_text="Shown above the file's facts, for example what it is for.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean_nonce(self) -> uuid.UUID:
        """Names this form; a form that lost its name counts as a new one."""
        return self.cleaned_data.get("nonce") or uuid.uuid4()
