"""The form of a link to chosen rows and columns."""

from typing import Any

from django import forms

from apps.schedules.models import Schedule
from apps.shares.forms import ShareForm

#: How long such a link may work, in days: the file is ours, so the vendor's time does not end it.
DAYS = (1, 7, 30, 90)


class SliceForm(ShareForm):
    """For how long, what the guest is told, and whether each run of a schedule makes the rows anew."""

    schedule = forms.ModelChoiceField(
        Schedule.objects.none(),
        required=False,
        empty_label="No: these rows stay as they are",
        label="Make anew with each run of a schedule",
        help_text="The link then always gives the newest file, with the same columns and filters.",
    )
    partner_email = forms.EmailField(
        required=False,
        label="Tell this address of each new file",
        help_text="The mail says that new rows are there, and does not hold the link: whoever reads it needs yours.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, schedules: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        days = self.fields["days"]
        days.choices = [(count, "1 day" if count == 1 else f"{count} days") for count in DAYS]  # type: ignore[attr-defined]
        days.initial = 7
        days.help_text = "Or until you revoke it."
        if schedules.exists():
            self.fields["schedule"].queryset = schedules  # type: ignore[attr-defined]
        else:
            del self.fields["schedule"], self.fields["partner_email"]

    def clean(self) -> dict[str, Any]:
        """An address without a schedule would never get anything."""
        values = super().clean() or {}
        if values.get("partner_email") and not values.get("schedule"):
            self.add_error("schedule", "Choose the schedule whose runs the address is told of.")
        return values
