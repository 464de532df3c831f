"""Links of the log as JSON lines; docs/log-export.md describes each field. Nothing is in them that the log masks."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from apps.audit.links import PRODUCT_CHAIN
from apps.audit.models import LINK_MODELS, Chain, Entry, EntryClosing, Event, Link

SCHEMA = 1
ROWS_AT_ONCE = 500


def links_after(chain_id: UUID, number: int, most: int = ROWS_AT_ONCE) -> list[Link]:
    """The next links of a chain behind that number, in their order. None of an earlier number can come later."""
    found: list[Link] = []
    for model in LINK_MODELS:
        rows = model._base_manager.select_related(None).filter(service_id=chain_id, number__gt=number)
        found += rows.order_by("number")[:most]
    return sorted(found, key=lambda link: link.number)[:most]


def all_links(since: datetime | None = None, until: datetime | None = None) -> Iterator[Link]:
    """Every link of every chain, chain after chain, read some at a time."""
    for chain_id in Chain.objects.order_by("pk").values_list("pk", flat=True):
        number = 0
        while links := links_after(chain_id, number):
            number = links[-1].number
            for link in links:
                if (since is None or link.at >= since) and (until is None or link.at < until):
                    yield link


def json_line(link: Link) -> str:
    """The link as one line of JSON, with its end."""
    return json.dumps(json_object(link), ensure_ascii=True, separators=(",", ":"), default=str) + "\n"


def json_object(link: Link) -> dict[str, Any]:
    """The link as an object; what holds nothing is left out."""
    told: dict[str, Any] = {
        "schema": SCHEMA,
        "id": link.pk,
        "chain": "product" if link.service_id == PRODUCT_CHAIN else link.service_id,
        "number": link.number,
        "at": link.at.isoformat(),
        "digest": link.digest,
    }
    if isinstance(link, Event):
        told |= _of_event(link)
    elif isinstance(link, Entry):
        told |= _of_entry(link)
    elif isinstance(link, EntryClosing):
        told |= _of_closing(link)
    return {name: value for name, value in told.items() if value not in (None, "", {}, [])}


def _of_event(event: Event) -> dict[str, Any]:
    return {
        "type": "event",
        "kind": event.kind,
        "person_id": event.person_id,
        "person": event.email,
        "subject_id": event.subject_id,
        "subject": event.subject_email,
        "about": event.about,
        "about_id": event.about_id,
        "title": event.title,
        "service_id": event.about_service,
        "organisation": event.organisation,
        "address": event.address,
        "browser": event.browser,
        "request_id": event.request_id,
        "count": event.count,
        "facts": event.facts,
    }


def _of_entry(entry: Entry) -> dict[str, Any]:
    return {
        "type": "change",
        "kind": entry.kind,
        "person_id": entry.person_id,
        "person": entry.email,
        "service_id": entry.service_id,
        "organisation": entry.organisation,
        "operation": entry.operation,
        "resource": entry.resource,
        "path": entry.path,
        "record_id": entry.record_id,
        "title": entry.title,
        "changes": entry.changes,
        "body": entry.body,
        "origin": entry.origin_name,
        "page": entry.origin_path,
        "run": entry.batch,
        "key_name": entry.connection_key,
    }


def _of_closing(closing: EntryClosing) -> dict[str, Any]:
    return {
        "type": "change_closed",
        "change_id": closing.entry_id,
        "outcome": closing.outcome,
        "reason": closing.words,
        "api_status": closing.api_status,
        "request_id": closing.request_id,
        "tries": closing.tries,
        "record_id": closing.record_id,
    }
