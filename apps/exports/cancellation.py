"""Canceling an export: the worker carries it out with the export's next step."""

from django.db import transaction
from django.db.models.functions import Now

from apps.exports.models import ExportRequest
from apps.exports.states import CANCELABLE


def cancel(export: ExportRequest) -> bool:
    """Have the worker cancel the export; False when there is nothing to cancel any more."""
    with transaction.atomic():
        rows = ExportRequest.objects.filter(
            pk=export.pk, state__in=CANCELABLE, cancel_requested_at__isnull=True
        )
        if not rows.update(cancel_requested_at=Now(), due_at=Now()):
            return False
        export.enqueue()
    return True
