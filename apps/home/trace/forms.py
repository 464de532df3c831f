"""The form of a trace: transaction id, integration, time range."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone

from apps.connections.models import Integration
from apps.home.trace.report_rows import TimeRange
from apps.network.transaction_ids import MAXIMUM_LENGTH
from apps.reports.local_times import INPUT_TIME_FORMAT, TimeZoneField, WallClockField, wall_clock
from apps.text.typed import one_word

#: How far back a row is looked for by its cursor, and a scan goes, unless somebody says otherwise.
CURSOR_SPAN = timedelta(days=90)
SCAN_SPAN = timedelta(hours=24)
#: Longer ranges are not scanned; a row is still found in them by its cursor.
LONGEST_SCAN = timedelta(days=31)
HOURS = (1, 6, 24, 72)


class TraceForm(forms.Form):
    """What an address asks for. Start and end belong together; without them the usual ranges count."""

    id = forms.CharField(
        label="Transaction ID",
        max_length=MAXIMUM_LENGTH,
        widget=forms.TextInput(
            attrs={
                "type": "search",
                "class": "mono",
                "autocomplete": "off",
                "spellcheck": "false",
                "autofocus": True,
            }
        ),
        error_messages={"required": "Paste the ID of a transaction."},
    )
    integration_id = forms.ChoiceField(
        label="Integration",
        required=False,
        error_messages={"invalid_choice": "You have no key for an integration with this ID."},
    )
    start_time = WallClockField(label="Start", required=False)
    end_time = WallClockField(label="End", required=False)
    timezone = TimeZoneField(label="Time zone", required=False)
    hours = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, query: QueryDict, integrations: list[Integration], current: Integration, zone: str
    ) -> None:
        values = query.dict()
        values["id"] = one_word(query.get("id", ""))
        values["integration_id"] = query.get("integration_id") or current.integration_id
        values["timezone"] = query.get("timezone", "").strip() or zone
        for name in ("start_time", "end_time"):
            if time := wall_clock(query.get(name, "")):
                # What an address says in the API's form, the control reads in its own alone.
                values[name] = time.strftime(INPUT_TIME_FORMAT)
        #: Whether anything was asked for yet.
        self.is_asked = "id" in query
        super().__init__(values if self.is_asked else None, initial=values)
        integration = self.fields["integration_id"]
        if isinstance(integration, forms.ChoiceField):
            integration.choices = [(one.integration_id, one.label) for one in integrations]

    def clean_hours(self) -> int:
        """How far around a row others are compared; the first choice for any other text."""
        text = self.cleaned_data["hours"]
        return int(text) if text in map(str, HOURS) else HOURS[0]

    def clean(self) -> dict[str, Any]:
        """Check start and end together."""
        values: dict[str, Any] = super().clean() or {}
        start, end, zone = values.get("start_time"), values.get("end_time"), values.get("timezone")
        if "start_time" in values and "end_time" in values and bool(start) != bool(end):
            self.add_error("end_time" if start else "start_time", "Start and end belong together.")
        elif start and end and end < start:
            self.add_error("end_time", "The end is before the start.")
        elif start and zone and start.replace(tzinfo=ZoneInfo(zone)) > timezone.now():
            self.add_error("start_time", "The start is in the future: there is nothing to look for yet.")
        return values

    def time_range(self, span: timedelta) -> TimeRange:
        """The range chosen; without one the span up to now."""
        values = self.cleaned_data
        if values["start_time"]:
            return TimeRange(values["start_time"], values["end_time"], values["timezone"])
        return TimeRange.last(span, values["timezone"], timezone.now())

    def newest_moment(self, time_range: TimeRange) -> datetime:
        """The end of a range, or now where that is earlier."""
        return min(time_range.moment(time_range.end), timezone.now())
