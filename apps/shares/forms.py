"""The form of a new link."""

from django import forms

from apps.shares.sharing import DAYS
from apps.ui.nonces import NonceField


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
    nonce = NonceField()
