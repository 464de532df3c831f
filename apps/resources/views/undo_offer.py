"""Says that a single write was done, with *Undo* where there is a way back."""

from collections.abc import Mapping

from django.http import HttpRequest
from django.urls import reverse

from apps.api.contract.contract import Operation
from apps.audit.models import Entry
from apps.resources.writes.results import Result
from apps.resources.writes.undo import inverse_of
from apps.ui.messages import MessageAction, success


def say_done(request: HttpRequest, words: str, result: Result, operations: Mapping[str, Operation]) -> None:
    """The words as a message; `operations` are the resource's by role."""
    entry = Entry.objects.filter(pk=result.entry_id).first() if result.entry_id else None
    can_undo = entry is not None and inverse_of(entry, operations) is not None
    undo = MessageAction("Undo", reverse("changes:undo", args=[result.entry_id])) if can_undo else None
    success(request, words, undo)
