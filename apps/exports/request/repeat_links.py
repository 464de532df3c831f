"""Asking again: the address of *New export*, or of a new schedule, with the settings of an export there was."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.request.splitting import HALVES


def address(values: Mapping[str, Any]) -> str:
    """*New export* with these values; a list is repeated, what is empty left out."""
    return _address("exports:create", values)


def again_url(export: ExportRequest) -> str:
    """The same export once more."""
    return address(_settings_of(export))


def regularly_url(export: ExportRequest) -> str:
    """A new schedule that requests the same again and again."""
    return _address("schedules:create", _settings_of(export))


def again_url_of_remote(remote: RemoteExport) -> str:
    """The settings the API tells of an export, to ask with again; "" for a type that cannot be requested."""
    report = remote.report_type
    if report is None:
        return ""
    query = remote.query
    values = {
        "report": report.slug,
        "integration": remote.integration_id,
        "start_time": query.start.as_requested(query.zone),
        "end_time": query.end.as_requested(query.zone, is_end=True),
        "time_zone": query.requested_zone,
        "columns": remote.columns,
        "delimiter": remote.delimiter,
        "extra_parameters": ",".join(query.extra_parameters),
    }
    return address(values)


def in_halves(again: str) -> str:
    """The same address, with the range in two files."""
    return f"{again}&{urlencode({'split': HALVES})}"


def _settings_of(export: ExportRequest) -> Mapping[str, Any]:
    return {"report": export.report, "again": export.pk}


def _address(page: str, values: Mapping[str, Any]) -> str:
    query = urlencode({name: value for name, value in values.items() if value}, doseq=True, safe="/:")
    return reverse(page) + (f"?{query}" if query else "")
