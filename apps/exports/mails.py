"""What people are told about exports: one notification and mail for each event, leading to our page and never to a
signed address.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils import timezone

from apps.exports.models import ExportRequest
from apps.exports.request.repeat_links import again_url, in_halves
from apps.exports.states import State
from apps.mail.models import Message
from apps.mail.outbox import queue_message
from apps.mail.rendering import absolute_url
from apps.notifications.kinds import Kind, register
from apps.notifications.models import Outcome
from apps.notifications.telling import Event, MailTemplate, tell

READY = register(Kind("export_ready", "An export is ready"))
STOPPED = register(Kind("export_stopped", "An export failed, or needs your attention"))
NEEDS_KEY = register(Kind("export_needs_key", "An export waits because a key does not work any more"))
_SECOND, _DAY = "%-d %b %Y, %H:%M:%S", "%-d %b %Y"
#: So much of the list of columns stands in a mail.
_MOST_LETTERS = 300
#: The states whose coming is told by `stopped`.
_STOPPED = (State.FAILED, State.NEEDS_ATTENTION, State.CANCELED)


def ready(export: ExportRequest) -> Message | None:
    """ "Your export is ready." Called within the transaction that makes it so.

    Each further recipient gets a message of their own. It leads to the page of the API's export, which is open to
    whoever has a key of their own for the service.
    """
    for address in export.recipients:
        queue_message(
            key_for(export, address),
            export.owner,
            "export_ready_for_you",
            _context(export) | {"url": absolute_url("exports:remote", export.service_id, export.remote_id)},
            address=address,
        )
    size = f"{export.rows_text} rows." if export.rows is not None else ""
    return _tell(export.ready_key, READY, Outcome.FINISHED, f"{_name(export)} is ready", size, export)


def key_for(export: ExportRequest, address: str) -> str:
    """Names the event "the file is ready" for one further address."""
    return f"{export.ready_key}:{hashlib.sha256(address.encode()).hexdigest()[:32]}"


def ready_about(exports: Iterable[ExportRequest]) -> dict[UUID, list[Message]]:
    """The messages "ready" of exports, by the export: the owner's first, then the other addresses in their order."""
    return _found({export.pk: _ready_keys(export) for export in exports})


def sent_about(exports: Iterable[ExportRequest]) -> dict[UUID, list[Message]]:
    """All messages about exports, by the export: that it is ready, that it stopped, that it waits for a key now."""
    keys = {}
    for export in exports:
        keys[export.pk] = [*_ready_keys(export), *(_stopped_key(export, state) for state in _STOPPED)]
        if export.needs_key:
            # One notice speaks for all exports of the key, so it is theirs only while they wait for another.
            keys[export.pk].append(_needs_key_key(export))
    return _found(keys)


def _ready_keys(export: ExportRequest) -> list[str]:
    return [export.ready_key, *(key_for(export, address) for address in export.recipients)]


def _stopped_key(export: ExportRequest, state: str) -> str:
    return f"export-{state}:{export.pk}"


def _needs_key_key(export: ExportRequest) -> str:
    return f"export-key:{export.connection_id}:{export.connection_version}"


def _found(keys: Mapping[UUID, Sequence[str]]) -> dict[UUID, list[Message]]:
    wanted = [key for own in keys.values() for key in own]
    found = Message.objects.filter(key__in=wanted).select_related("recipient").in_bulk(field_name="key")
    return {pk: [found[key] for key in own if key in found] for pk, own in keys.items()}


def stopped(export: ExportRequest) -> Message | None:
    """The export failed, or a person has to decide. Called within the transaction that makes it so."""
    is_open = export.state == State.NEEDS_ATTENTION
    words = "needs your attention" if is_open else State(export.state).label.lower()
    title = f"{_name(export)} {words}" if is_open else f"{_name(export)}: {words}"
    outcome = Outcome.ATTENTION if is_open else Outcome.FAILED
    return _tell(_stopped_key(export, export.state), STOPPED, outcome, title, export.message, export)


def needs_key(export: ExportRequest) -> Message | None:
    """The key was refused or is gone: one notice for each version of it, however many exports wait for another."""
    title = f"{_name(export)} waits for a working key"
    return _tell(_needs_key_key(export), NEEDS_KEY, Outcome.ATTENTION, title, export.message, export)


def _tell(
    key: str, kind: Kind, outcome: Outcome, title: str, text: str, export: ExportRequest
) -> Message | None:
    event = Event(key, kind, outcome, title, export.get_absolute_url(), text)
    return tell(event, export.owner, MailTemplate(kind.name, _context(export)))


def _name(export: ExportRequest) -> str:
    spec = export.spec
    return f"{export.report_type.label} {spec.start:{_DAY}} – {spec.end:{_DAY}}"


def _context(export: ExportRequest) -> dict[str, Any]:
    again = settings.SITE_URL + again_url(export)
    return {
        "export": export,
        "facts": _facts(export),
        "url": absolute_url("exports:detail", export.pk),
        "again_url": again,
        "halves_url": in_halves(again),
        "connections_url": absolute_url("connections:list"),
    }


def _facts(export: ExportRequest) -> list[tuple[str, str]]:
    """What the export is about, line by line; what is not known yet is left out."""
    columns = f"{len(export.columns)}: {', '.join(export.columns)}"
    spec = export.spec
    facts = [
        ("Report", export.report_type.label),
        ("Integration", export.integration_label),
        ("From", f"{spec.start:{_SECOND}}"),
        ("To", f"{spec.end:{_SECOND}}"),
        ("Time zone", export.time_zone),
        ("Columns", columns if len(columns) <= _MOST_LETTERS else f"{columns[: _MOST_LETTERS - 1]}…"),
    ]
    if export.rows is not None:
        facts.append(("Rows", export.rows_text))
    if export.size_bytes is not None:
        facts.append(("Size", filesizeformat(export.size_bytes)))
    if export.kept_until:
        facts.append(("Kept until", f"{timezone.localtime(export.kept_until):{_DAY}}"))
    return facts
