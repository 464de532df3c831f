"""The form *New export*. What it gives is checked as far as we know the rules; the API has the last word."""

import re
import uuid
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from apps.connections.models import Integration
from apps.exports.asking import Wanted
from apps.exports.models import ExportRequest
from apps.reports.report_types import ReportType
from apps.reports.wall_clock import TIME_FORMAT, WallClockField, zone_named

DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "pipe": "|"}
DELIMITER_LABELS = {"comma": "Comma (,)", "semicolon": "Semicolon (;)", "tab": "Tab", "pipe": "Pipe (|)"}

_COLUMN_NAME = re.compile(r"[A-Za-z0-9_.:\-]{1,100}")


class ColumnNamesField(forms.CharField):
    """Names separated by commas, spaces or lines."""

    def clean(self, value: Any) -> Any:
        """A tuple of names. Raises `ValidationError` for one that cannot be a column's name."""
        names = re.split(r"[\s,;]+", super().clean(value))
        unfit = [name for name in names if name and not _COLUMN_NAME.fullmatch(name)]
        if unfit:
            raise forms.ValidationError(f"{unfit[0][:40]!r} cannot be a name: use letters, digits and _.")
        return tuple(dict.fromkeys(filter(None, names)))


class ExportForm(forms.Form):
    """What to export. `integrations` are those the person has a key for; the columns follow `report`."""

    integration = forms.ChoiceField()
    start_time = WallClockField(label="Start")
    end_time = WallClockField(label="End", help_text="The last second that is exported.")
    time_zone = forms.CharField(
        max_length=64,
        help_text="Start, end and the times in the file are in this zone, such as Europe/Berlin.",
        widget=forms.TextInput(attrs={"list": "time-zones", "autocomplete": "off", "spellcheck": "false"}),
    )
    columns = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    more_columns = ColumnNamesField(
        required=False,
        label="More columns",
        help_text="Other column names your service knows, separated by commas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    delimiter = forms.ChoiceField(choices=list(DELIMITER_LABELS.items()), initial="comma")
    extra_parameters = ColumnNamesField(
        required=False,
        label="Extra parameters",
        help_text="Parameters of your tracking links to add to the file, separated by commas.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    nonce = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, report: ReportType, integrations: list[Integration], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        self.integrations = {integration.integration_id: integration for integration in integrations}
        choices = [(identity, integration.label) for identity, integration in self.integrations.items()]
        integration = self.fields["integration"]
        columns = self.fields["columns"]
        if isinstance(integration, forms.ChoiceField) and isinstance(columns, forms.MultipleChoiceField):
            integration.choices = choices
            columns.choices = [(name, name) for name in report.columns]
        if report.slug == "postback-logs":
            # The operation has no such parameter.
            del self.fields["extra_parameters"]

    def clean_time_zone(self) -> str:
        """An IANA zone, whatever its case and spaces."""
        wanted = str(self.cleaned_data["time_zone"])
        zone = zone_named(wanted)
        if zone is None:
            raise forms.ValidationError(
                f"There is no time zone {wanted[:40]!r}. Write one such as Europe/Berlin."
            )
        return zone

    def clean_nonce(self) -> uuid.UUID:
        """Names this form; a form that lost its name counts as a new one."""
        return self.cleaned_data.get("nonce") or uuid.uuid4()

    def clean(self) -> dict[str, Any]:
        """Check start, end and columns together."""
        values: dict[str, Any] = super().clean() or {}
        start, end, zone = values.get("start_time"), values.get("end_time"), values.get("time_zone")
        if start and end and end < start:
            self.add_error("end_time", "The end is before the start.")
        if start and zone and start.replace(tzinfo=ZoneInfo(zone)) > timezone.now():
            self.add_error("start_time", "The start is in the future: there is nothing to export yet.")
        is_readable = "columns" in values and "more_columns" in values
        if is_readable and not values["columns"] and not values["more_columns"]:
            self.add_error("columns", "Choose at least one column.")
        return values

    def wanted(self) -> Wanted:
        """What the person wants, of a valid form."""
        values = self.cleaned_data
        return Wanted(
            report=self.report.slug,
            integration=self.integrations[values["integration"]],
            start_time=values["start_time"].strftime(TIME_FORMAT),
            end_time=values["end_time"].strftime(TIME_FORMAT),
            time_zone=values["time_zone"],
            columns=tuple(dict.fromkeys([*values["columns"], *values["more_columns"]])),
            extra_parameters=",".join(values.get("extra_parameters", ())),
            delimiter=DELIMITERS[values["delimiter"]],
        )


def initial_of(export: ExportRequest) -> dict[str, Any]:
    """The values of a form that asks for the same export again."""
    known = set(export.report_type.columns)
    delimiters = {character: name for name, character in DELIMITERS.items()}
    return {
        "integration": export.integration_id,
        "start_time": export.start,
        "end_time": export.end,
        "time_zone": export.time_zone,
        "columns": [name for name in export.columns if name in known],
        "more_columns": ", ".join(name for name in export.columns if name not in known),
        "delimiter": delimiters.get(export.delimiter, "comma"),
        "extra_parameters": export.extra_parameters,
    }
