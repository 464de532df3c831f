"""The form *New export*. What it gives is checked as far as we know the rules; the API has the last word."""

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone

from apps.exports.models import ExportRequest
from apps.exports.request.file_form import FileForm, file_initial
from apps.exports.request.origin_page import local_path
from apps.exports.request.splitting import MOST_PARTS, SPLITS, part_ends, parts_of
from apps.exports.spec import ExportSpec
from apps.reports.local_times import WallClockField
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
    requested_from = forms.CharField(widget=forms.HiddenInput, required=False)
    nonce = NonceField()

    field_order = ("integration", "start_time", "end_time", "time_zone")

    def clean_requested_from(self) -> str:
        """A path of this site; anything else counts as none."""
        return local_path(str(self.cleaned_data.get("requested_from") or ""))

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

    def spec(self) -> ExportSpec:
        """What the person requests, of a valid form."""
        values = self.cleaned_data
        zone = ZoneInfo(values["time_zone"])
        return ExportSpec(
            report=self.report.slug,
            integration_id=self.chosen_integration.integration_id,
            start=values["start_time"].replace(tzinfo=zone),
            end=values["end_time"].replace(tzinfo=zone),
            columns=self.chosen_columns,
            delimiter=self.chosen_delimiter,
            extra_parameters=self.chosen_parameters,
        )

    def parts(self) -> list[ExportSpec]:
        """The files the person requests, of a valid form, in the order of time."""
        return parts_of(self.spec(), self.cleaned_data.get("split", ""))


def initial_of(export: ExportRequest) -> dict[str, Any]:
    """The values of a form that requests the same export again."""
    spec = export.spec
    times = {"start_time": spec.start_clock, "end_time": spec.end_clock}
    return file_initial(spec, export.recipients) | times
