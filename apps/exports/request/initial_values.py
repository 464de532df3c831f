"""What the form *New export* is filled with: an address's values, an earlier export, or what a button makes of it."""

import uuid
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils import timezone

from apps.accounts.models import User
from apps.exports.delimiters import delimiter_name
from apps.exports.models import ExportRequest
from apps.exports.request.file_form import COLUMN_NAME
from apps.exports.request.forms import initial_of
from apps.exports.request.offered_columns import preset_columns
from apps.exports.request.origin_page import local_path
from apps.exports.request.splitting import SPLITS
from apps.reports.local_times import INPUT_TIME_FORMAT, WallClockField, zone_named
from apps.reports.range_presets import DEFAULT_PRESET, range_of
from apps.reports.report_types import CONVERSIONS, MONEY, REPORT_TYPES, ReportType
from apps.text.typed import words_of
from apps.ui.column_order import moved

#: Names of the buttons that change the form and request nothing.
_EDITS = ("range", "column_preset", "move", "add_columns", "switch_report", "take_over")


def report_of(data: QueryDict) -> ReportType:
    """The report that the form or the address names; conversions for any other word."""
    return REPORT_TYPES.get(data.get("report", ""), CONVERSIONS)


def is_edit(data: QueryDict) -> bool:
    """Whether a button was pressed that only changes the form."""
    return any(name in data for name in _EDITS)


def first_values(query: QueryDict, person: User, report: ReportType) -> tuple[dict[str, Any], list[str]]:
    """The values of an unsent form, and what of the address could not be used, in words.

    An earlier export (`again`), else the values in the address, else the last 7 days of the person's zone.
    """
    split = query.get("split", "")
    common = {"nonce": uuid.uuid4(), "split": split if split in SPLITS else ""}
    earlier = _earlier_export(query.get("again", ""), person)
    if earlier and earlier.report == report.slug:
        return initial_of(earlier) | common, []
    notes: list[str] = []
    zone = zone_named(query.get("time_zone", "")) if query.get("time_zone") else ""
    if zone is None:
        notes.append(f"There is no time zone “{query['time_zone'][:40]}”; yours is used.")
    zone = zone or person.time_zone
    start, end = range_of(DEFAULT_PRESET, timezone.localdate(timezone=_zone(zone)))
    columns = [name for name in query.getlist("columns") if COLUMN_NAME.fullmatch(name)]
    return common | {
        "integration": query.get("integration", ""),
        "start_time": _time(query, "start_time", start, notes),
        "end_time": _time(query, "end_time", end, notes),
        "time_zone": zone,
        "columns": columns or preset_columns(person, report, MONEY),
        "delimiter": delimiter_name(query.get("delimiter", "")),
        **({"extra_parameters": query["extra_parameters"]} if "extra_parameters" in query else {}),
        "requested_from": local_path(query.get("requested_from", "")),
    }, notes


def edited(data: QueryDict, person: User) -> tuple[ReportType, dict[str, Any]]:
    """The report and everything typed so far, with what the pressed button changes."""
    report = report_of(data)
    columns = data.getlist("columns")
    values: dict[str, Any] = {**data.dict(), "columns": columns}
    if "range" in data:
        zone = _zone(data.get("time_zone", ""), person.time_zone)
        start, end = range_of(data.get("range", ""), timezone.localdate(timezone=zone))
        values["start_time"] = start.strftime(INPUT_TIME_FORMAT)
        values["end_time"] = end.strftime(INPUT_TIME_FORMAT)
    elif "take_over" in data:
        # Another form goes on with it, and what that one requests is no repetition of this one.
        values["nonce"] = uuid.uuid4()
    elif "column_preset" in data:
        values["columns"] = preset_columns(person, report, data.get("column_preset", ""))
    elif "move" in data:
        values["columns"] = list(moved(columns, data.get("move", "")))
    elif "switch_report" in data:
        report = REPORT_TYPES.get(data.get("switch_report", ""), report)
        values["columns"] = preset_columns(person, report, MONEY)
    if "column_preset" not in data and "switch_report" not in data:
        names = words_of(data.get("more_columns", ""))
        if all(COLUMN_NAME.fullmatch(name) for name in names):
            values |= {"columns": list(dict.fromkeys([*values["columns"], *names])), "more_columns": ""}
    return report, values


def _time(query: QueryDict, name: str, default: datetime, notes: list[str]) -> datetime:
    try:
        return WallClockField(required=False).to_python(query.get(name, "")) or default
    except forms.ValidationError:
        notes.append(f"“{query[name][:40]}” is no time; another one is filled in.")
        return default


def _earlier_export(text: str, person: User) -> ExportRequest | None:
    try:
        earlier = uuid.UUID(text)
    except ValueError:
        return None
    return ExportRequest.objects.filter(pk=earlier, owner=person).first()


def _zone(*names: str) -> ZoneInfo:
    """The first of the zones that exists, else UTC."""
    return ZoneInfo(next(filter(None, map(zone_named, names)), "UTC"))
