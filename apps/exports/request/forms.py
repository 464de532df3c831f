"""The form *New export*. What it gives is checked as far as we know the rules; the API has the last word."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from apps.exports.delimiters import delimiter_name
from apps.exports.models import ExportRequest
from apps.exports.request.creation import Wanted
from apps.exports.request.file_form import FileForm, columns_initial
from apps.exports.request.origin_page import local_path
from apps.exports.request.splitting import MOST_PARTS, SPLITS, part_ends, parts_of
from apps.reports.local_times import TIME_FORMAT, WallClockField
from apps.ui.nonces import NonceField


class ExportForm(FileForm):
    """What to export, and of which time."""

    start_time = WallClockField(label="Start")
    end_time = WallClockField(label="End", help_text="The last second that is exported.")
    split = forms.ChoiceField(
        choices=list(SPLITS.items()),
        required=False,
        label="Files",
        help_text="Each file uses one of the day's exports; those beyond the limit wait and start by themselves.",
    )
    asked_from = forms.CharField(widget=forms.HiddenInput, required=False)
    nonce = NonceField()

    field_order = ("integration", "start_time", "end_time", "time_zone")

    def clean_asked_from(self) -> str:
        """A path of this site; anything else counts as none."""
        return local_path(str(self.cleaned_data.get("asked_from") or ""))

    def clean(self) -> dict[str, Any]:
        """Check start, end and columns together."""
        values = super().clean()
        start, end, zone = values.get("start_time"), values.get("end_time"), values.get("time_zone")
        if start and end and end < start:
            self.add_error("end_time", "The end is before the start.")
        if start and end and len(part_ends(start, end, values.get("split", ""))) > MOST_PARTS:
            self.add_error(
                "split", f"That makes more than {MOST_PARTS} files. Choose larger parts or a shorter range."
            )
        if start and zone and start.replace(tzinfo=ZoneInfo(zone)) > timezone.now():
            self.add_error("start_time", "The start is in the future: there is nothing to export yet.")
        return values

    def wanted(self) -> Wanted:
        """What the person wants, of a valid form."""
        values = self.cleaned_data
        return Wanted(
            report=self.report.slug,
            integration=self.chosen_integration,
            start_time=values["start_time"].strftime(TIME_FORMAT),
            end_time=values["end_time"].strftime(TIME_FORMAT),
            time_zone=values["time_zone"],
            columns=self.chosen_columns,
            extra_parameters=self.chosen_parameters,
            delimiter=self.chosen_delimiter,
        )

    def parts(self) -> list[Wanted]:
        """The files the person wants, of a valid form, in the order of time."""
        return parts_of(self.wanted(), self.cleaned_data.get("split", ""))


def initial_of(export: ExportRequest) -> dict[str, Any]:
    """The values of a form that asks for the same export again."""
    return {
        "integration": export.integration_id,
        "start_time": export.start,
        "end_time": export.end,
        "time_zone": export.time_zone,
        "delimiter": delimiter_name(export.delimiter),
        "extra_parameters": export.extra_parameters,
        "recipients": ", ".join(export.recipients),
        **columns_initial(export.report_type, export.columns),
    }
