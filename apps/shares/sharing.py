"""Making, finding and revoking links."""

import logging
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.events import EventKind, acting_person, record
from apps.connections.models import Service
from apps.connections.personal_data import sees_personal_data
from apps.exports.center.downloads import PERSONAL, holds_personal_data
from apps.exports.limits import KEPT_WORDS
from apps.exports.remote.export import RemoteExport
from apps.shares.links import digest_of, new_key, seal
from apps.shares.models import Share, Slice

logger = logging.getLogger(__name__)

#: How long a link may work, in days; the file's own end comes first.
DAYS = (1, 3, 7)


class CannotShare(Exception):
    """Why an export cannot be shared: words for the person."""


@dataclass(frozen=True)
class NewLink:
    """A link that was just made, with the one copy of its key there is."""

    share: Share
    key: str


def sharing_problem(export: RemoteExport) -> str:
    """Why this export cannot be shared; "" when it can."""
    if not export.is_finished or not export.artifact_name:
        return "Only an export whose file is ready can be shared."
    if not export.guest_token:
        return "The API gave this export no guest token, so nobody without a key can fetch its file."
    if export.kept_until and export.kept_until <= timezone.now():
        return f"{KEPT_WORDS} This one is older."
    return ""


@sensitive_variables("key")
def create_share(
    owner: User, service: Service, export: RemoteExport, *, days: int, note: str, nonce: uuid.UUID
) -> NewLink | None:
    """A new link to the export's file; None when this form has made one before: its key is kept nowhere.

    Raises `CannotShare` when the export has no file that a guest can fetch.
    """
    problem = sharing_problem(export)
    if not sees_personal_data(owner, service.pk) and holds_personal_data(export.columns):
        problem = f"{PERSONAL} Share chosen rows of it instead, from Preview and analyse."
    if problem:
        raise CannotShare(problem)
    key, share_id = new_key(), uuid.uuid4()
    expires_at = timezone.now() + timedelta(days=days)
    try:
        with transaction.atomic():
            made = Share.objects.create(
                id=share_id,
                owner=owner,
                service=service,
                organisation=export.organisation,
                remote_id=export.id,
                artifact_name=export.artifact_name[:500],
                nonce=nonce,
                link_digest=digest_of(key),
                sealed_token=seal(export.guest_token, key, share_id),
                note=note,
                facts=facts_of(service, export),
                expires_at=min(expires_at, export.kept_until or expires_at),
            )
            record(EventKind.LINK_SHARED, owner, **event_details(made))
    except IntegrityError:
        return None
    logger.info("Share %s of export %s was made", made.pk, export.id)
    return NewLink(made, key)


def find_open_share(key: str) -> Share | None:
    """The share that a link opens now; None for one that is wrong, revoked or over."""
    found = Share.objects.select_related("owner", "service").filter(link_digest=digest_of(key)).first()
    return found if found is not None and found.is_open else None


def revoke(share: Share) -> bool:
    """End the link at once; False when it was revoked before."""
    with transaction.atomic():
        still_open = Share.objects.filter(pk=share.pk, revoked_at__isnull=True)
        done = still_open.update(revoked_at=timezone.now())
        if done:
            record(EventKind.LINK_REVOKED, acting_person(), **event_details(share))
    # The file of chosen rows goes with its link.
    for part in Slice.objects.filter(share=share):
        Slice.objects.filter(pk=part.pk).update(due_at=Now(), fence=F("fence") + 1, lease_until=None)
        part.enqueue()
    logger.info("Share %s was revoked", share.pk)
    return bool(done)


def event_details(share: Share) -> dict[str, Any]:
    """What an event of the log tells of a link: never the link itself, nor the file's contents."""
    return {
        "subject": share.owner,
        "about": "link",
        "about_id": str(share.pk),
        "title": share.label,
        "service_id": share.service_id,
        "organisation": share.organisation,
        "facts": {"export": share.remote_id, "expires_at": share.expires_at.isoformat(timespec="seconds")},
    }


def facts_of(service: Service, export: RemoteExport) -> dict[str, object]:
    """What the page of a link tells of the file, without a call."""
    integration = service.integrations.filter(integration_id=export.integration_id).first()
    return {
        "label": export.label,
        "report": export.report_type.slug if export.report_type else "",
        "integration": integration.label if integration else export.integration_id,
        "start": export.start,
        "end": export.end,
        "time_zone": export.time_zone,
        "columns": export.columns,
        "rows": export.rows,
        "size_bytes": export.size_bytes,
        "kept_until": export.kept_until.isoformat() if export.kept_until else None,
    }
