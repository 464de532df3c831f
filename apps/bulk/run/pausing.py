"""A run stands still until a person resumes it; its owner is told where nobody asked for that."""

from typing import Any

from django.db import transaction

from apps.bulk import mails
from apps.bulk.models import BulkRun
from apps.bulk.states import State


def pause(run: BulkRun, message: str, **changes: Any) -> None:
    """Stand still until a person resumes it; what it holds stays held. Without a message a person paused it."""
    with transaction.atomic():
        run.advance(State.PAUSED, after=None, message=message, **changes)
        if message:
            mails.paused(run)
