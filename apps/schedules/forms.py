"""The form of a schedule: what the file holds, when it is made, which days it covers, who is told."""

import uuid
from datetime import time
from typing import Any

from django import forms
from django.utils import timezone

from apps.accounts.models import User
from apps.connections.models import Integration
from apps.exports.request.file_form import FileForm, file_initial
from apps.reports.report_types import ReportType
from apps.resources.forms.fields import NUMBER_INPUT, WholeNumberField
from apps.schedules.covered_days import MOST_DAYS, Covering
from apps.schedules.models import Schedule
from apps.schedules.quota import limit_refusal
from apps.schedules.recurrence import LAST_DAY, Frequency
from apps.schedules.words import WEEKDAYS
from apps.text.direction import isolated
from apps.ui.nonces import NonceField

_MONTH_DAYS = [(str(day), str(day)) for day in range(1, 32)]


class ScheduleForm(FileForm):
    """A schedule of `owner`. `edited` is the one that is there already, if any."""

    frequency = forms.ChoiceField(
        choices=Frequency.choices, widget=forms.RadioSelect, initial=Frequency.DAILY, label="How often"
    )
    weekdays = forms.TypedMultipleChoiceField(
        choices=[(str(number), name) for number, name in enumerate(WEEKDAYS)],
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        required=False,
        label="Days of the week",
    )
    month_day = forms.ChoiceField(
        choices=[("", "Choose a day"), *_MONTH_DAYS, (LAST_DAY, "Last day")],
        required=False,
        label="Day of the month",
        help_text="29, 30 and 31 mean the last day in months that are shorter.",
    )
    at = forms.TimeField(
        label="At",
        help_text="Choose a time after the day's numbers are in.",
        input_formats=["%H:%M", "%H:%M:%S"],
        error_messages={"required": "Choose a time.", "invalid": "Write a time such as 07:30."},
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "autocomplete": "off"}),
    )
    covering = forms.ChoiceField(
        choices=Covering.choices, widget=forms.RadioSelect, initial=Covering.YESTERDAY, label="Days it covers"
    )
    covering_days = WholeNumberField(
        min_value=1,
        max_value=MOST_DAYS,
        required=False,
        initial=7,
        label="How many days",
        help_text="Whole days, the last one being the day before the run.",
        widget=forms.TextInput(attrs=NUMBER_INPUT),
    )
    skip_if_empty = forms.BooleanField(
        required=False,
        label="Leave it out when there are no rows",
        help_text="The report is looked at first. Nothing of the day's exports is used up then.",
    )
    nonce = NonceField()

    #: As on the page, so that errors are listed in its order.
    field_order = (
        "frequency",
        "weekdays",
        "month_day",
        "at",
        "time_zone",
        "covering",
        "covering_days",
        "skip_if_empty",
    )

    def __init__(
        self,
        report: ReportType,
        integrations: list[Integration],
        *args: Any,
        owner: User,
        edited: Schedule | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(report, integrations, *args, **kwargs)
        self.owner = owner
        self.edited = edited
        self.fields[
            "time_zone"
        ].help_text = (
            "Of the time it runs, the days it covers and the times in the file, such as Europe/Berlin."
        )
        if edited and edited.integration_id not in self.integrations:
            self._offer_no_integration(f"{isolated(edited.integration_label)} (you have no key for it)")
        if not report.table_operation_id:
            # There is no table to look at first.
            del self.fields["skip_if_empty"]

    def _offer_no_integration(self, words: str) -> None:
        """An empty choice before the others: without it the browser would choose another one in silence."""
        integration = self.fields["integration"]
        if isinstance(integration, forms.ChoiceField):
            known = [(identity, one.label) for identity, one in self.integrations.items()]
            integration.choices = [("", words), *known]

    def clean_at(self) -> time:
        """The time, to the minute."""
        at: time = self.cleaned_data["at"]
        return at.replace(second=0)

    def clean(self) -> dict[str, Any]:
        """Check what belongs together, and at last that the day's exports suffice."""
        values = super().clean()
        if values.get("frequency") == Frequency.WEEKLY and not values.get("weekdays"):
            self._require("weekdays", "Choose at least one day.")
        if values.get("frequency") == Frequency.MONTHLY and not values.get("month_day"):
            self._require("month_day", "Choose a day.")
        if values.get("covering") == Covering.LAST_DAYS and not values.get("covering_days"):
            self._require("covering_days", f"Write a number from 1 to {MOST_DAYS}.")
        if not self.errors:
            schedule = self.schedule()
            words = limit_refusal(schedule, timezone.now()) if schedule.is_active else ""
            if words:
                self.add_error("frequency", words)
        return values

    def _require(self, name: str, words: str) -> None:
        if name not in self.errors:
            self.add_error(name, words)

    def schedule(self) -> Schedule:
        """The schedule as the form has it, not saved: a new one, or the edited one with its pause and its id."""
        values = self.cleaned_data
        integration = self.chosen_integration
        schedule = Schedule(
            # The same for the same form of the same person: a form sent twice makes one schedule.
            pk=self.edited.pk if self.edited else uuid.uuid5(self.owner.pk, str(values["nonce"])),
            owner=self.owner,
            state=self.edited.state if self.edited else Schedule.State.ACTIVE,
            service=integration.service,
            **self.chosen_values(),
        )
        if schedule.is_active:
            schedule.next_run_at = schedule.recurrence.next_runs(1, timezone.now())[0]
        return schedule

    def chosen_values(self) -> dict[str, Any]:
        """The fields of the row that the form decides, of a valid form; what its rule does not need is left empty."""
        values = self.cleaned_data
        integration = self.chosen_integration
        frequency, covering = values["frequency"], values["covering"]
        return {
            "report": self.report.slug,
            "integration_id": integration.integration_id,
            "integration_label": integration.label,
            "columns": list(self.chosen_columns),
            "extra_parameters": ",".join(self.chosen_parameters),
            "delimiter": self.chosen_delimiter,
            "recipients": list(self.further_recipients(self.owner)),
            "skip_if_empty": values.get("skip_if_empty", False),
            "frequency": frequency,
            "weekdays": sorted(set(values["weekdays"])) if frequency == Frequency.WEEKLY else [],
            "month_day": values["month_day"] if frequency == Frequency.MONTHLY else "",
            "at": values["at"],
            "time_zone": values["time_zone"],
            "covering": covering,
            "covering_days": values["covering_days"] if covering == Covering.LAST_DAYS else 1,
        }


def initial_of(schedule: Schedule) -> dict[str, Any]:
    """The values of a form that edits the schedule."""
    return {
        **file_initial(schedule.spec_at(timezone.now()), schedule.recipients),
        "frequency": schedule.frequency,
        "weekdays": [str(day) for day in schedule.weekdays],
        "month_day": schedule.month_day,
        "at": schedule.at,
        "covering": schedule.covering,
        "covering_days": schedule.covering_days if schedule.covering == Covering.LAST_DAYS else 7,
        "skip_if_empty": schedule.skip_if_empty,
    }
