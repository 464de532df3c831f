"""The filter form of a report: start, end, time zone, status. It shows the errors that the query parser found."""

from typing import Any

from django import forms
from django.urls import reverse_lazy

from apps.api.contract.contract import Operation
from apps.reports.local_times import INPUT_TIME_FORMAT, WallClockField, wall_clock
from apps.reports.query_parsing import ParsedQuery

STATUS = "filter[status]"


class ReportForm(forms.Form):
    """Bound to a parsed query; shows each value as it was typed, with the query's error beside it."""

    start_time = WallClockField(label="Start", required=False)
    end_time = WallClockField(label="End", required=False)
    timezone = forms.CharField(
        label="Time zone",
        required=False,
        widget=forms.TextInput(
            attrs={
                "list": "time-zones",
                "autocomplete": "off",
                "spellcheck": "false",
                # The five hundred zones are fetched only by those who want another one.
                "hx-get": reverse_lazy("reports:zones"),
                "hx-trigger": "focus once",
                "hx-target": "#time-zones",
                "hx-swap": "innerHTML",
            }
        ),
    )

    def __init__(self, parsed_query: ParsedQuery, operation: Operation) -> None:
        state = parsed_query.state
        values: dict[str, Any] = {
            "start_time": _as_input(state.start),
            "end_time": _as_input(state.end),
            "timezone": state.time_zone,
            STATUS: state.filter_value("status"),
        }
        super().__init__(values)
        self._reading = parsed_query
        for name in ("start_time", "end_time"):
            if name in parsed_query.errors:
                # A date control would hide what was typed.
                self.fields[name].widget = forms.TextInput(attrs={"autocomplete": "off"})
        statuses = operation.query_parameters[STATUS].enum if STATUS in operation.query_parameters else ()
        if statuses:
            choices = [("", "Any status"), *((status, status) for status in statuses)]
            self.fields[STATUS] = forms.ChoiceField(label="Status", choices=choices, required=False)

    def clean(self) -> dict[str, Any]:
        """Nothing is checked twice: the errors are the parsed query's."""
        values: dict[str, Any] = super().clean() or {}
        for name, message in self._reading.errors.items():
            if name in self.fields:
                self.errors.pop(name, None)
                self.add_error(name, message)
        return values

    @property
    def range_fields(self) -> list[forms.BoundField]:
        """Start, end and zone."""
        return [self["start_time"], self["end_time"], self["timezone"]]

    @property
    def status(self) -> forms.BoundField | None:
        """The choice of a status, where the report can be filtered by one."""
        return self[STATUS] if STATUS in self.fields else None


def _as_input(text: str) -> str:
    """A time as a date control takes it; anything else as it is."""
    moment = wall_clock(text)
    return moment.strftime(INPUT_TIME_FORMAT) if moment else text
