"""The mails about exports: one for each event, leading to our page and never to a signed address."""

from apps.exports.models import ExportRequest
from apps.mail.models import Message
from apps.mail.outbox import absolute_url, post


def ready(export: ExportRequest) -> Message:
    """ "Your export is ready." Called within the transaction that makes it so."""
    return _post(export.ready_key, "export_ready", export)


def stopped(export: ExportRequest) -> Message:
    """The export failed, or a person has to decide. Called within the transaction that makes it so."""
    return _post(f"export-{export.state}:{export.pk}", "export_stopped", export)


def needs_key(export: ExportRequest) -> Message:
    """The key was refused or is gone: one notice for each version of it."""
    return _post(
        f"export-key:{export.pk}:{export.connection_id}:{export.connection_version}",
        "export_needs_key",
        export,
    )


def _post(key: str, template: str, export: ExportRequest) -> Message:
    return post(
        key,
        export.owner,
        template,
        {
            "export": export,
            "url": absolute_url("exports:detail", export.pk),
            "connections_url": absolute_url("connections:list"),
        },
    )
