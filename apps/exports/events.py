"""What the log keeps of exports that are asked for and downloaded."""

from typing import Any

from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport


def event_details(export: ExportRequest) -> dict[str, Any]:
    """What an event of the log tells of an export that somebody asked for here."""
    spec = export.spec
    facts = {"start": str(spec.start), "end": str(spec.end), "integration": export.integration_id}
    if export.schedule_id:
        facts["schedule"] = str(export.schedule_id)
    return {
        "subject": export.owner,
        "about": "export",
        "about_id": export.remote_id or str(export.pk),
        "title": str(export),
        "service_id": export.service_id,
        "organisation": export.organisation,
        "facts": facts,
    }


def remote_event_details(export: RemoteExport) -> dict[str, Any]:
    """The same of one that the API tells of."""
    return {
        "about": "export",
        "about_id": export.id,
        "title": export.label,
        "service_id": export.service_id,
        "organisation": export.organisation,
        "facts": {"start": export.start, "end": export.end, "integration": export.integration_id},
    }
