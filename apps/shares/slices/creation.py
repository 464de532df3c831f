"""Makes a link to chosen rows and columns, and has its file made in the background."""

import logging
import uuid
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from apps.accounts.models import User
from apps.audit.events import EventKind, record
from apps.connections.models import Service
from apps.exports.remote.export import RemoteExport
from apps.shares.links import digest_of, new_key
from apps.shares.models import Share, Slice
from apps.shares.sharing import NewLink, event_details, facts_of
from apps.shares.slices.contents import SliceContents

logger = logging.getLogger(__name__)


@sensitive_variables("key")
def create_slice(
    owner: User, service: Service, export: RemoteExport, contents: SliceContents, values: dict[str, Any]
) -> NewLink | None:
    """A new link to these rows; None when this form has made one before. `values` are those of a valid form."""
    key = new_key()
    try:
        with transaction.atomic():
            share = Share.objects.create(
                owner=owner,
                service=service,
                organisation=export.organisation,
                remote_id=export.id,
                artifact_name=export.artifact_name[:500],
                nonce=values["nonce"] or uuid.uuid4(),
                link_digest=digest_of(key),
                sealed_token=b"",
                note=values["note"],
                facts={
                    **facts_of(service, export),
                    "columns": contents.names,
                    "filters": contents.filters,
                    "rows": contents.rows,
                    "size_bytes": None,
                    "kept_until": None,
                },
                expires_at=timezone.now() + timedelta(days=values["days"]),
            )
            part = Slice.objects.create(
                share=share,
                query=contents.state.query_string().removeprefix("?"),
                columns=contents.names,
                schedule=values.get("schedule"),
                partner_email=values.get("partner_email") or "",
                remote_id=export.id,
            )
            part.refresh_from_db()
            part.enqueue()
            record(EventKind.LINK_SHARED, owner, **event_details(share))
    except IntegrityError:
        return None
    logger.info("Share %s of rows of export %s was made", share.pk, export.id)
    return NewLink(share, key)
