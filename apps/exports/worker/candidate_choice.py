"""A person's choice among the exports of the API that may be theirs, after an answer was lost."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.db.models.functions import Now

from apps.api.export_records import export_id
from apps.audit.models import Outcome
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.remote.record_query import RecordQuery
from apps.exports.states import State
from apps.exports.worker.request_log import close_request
from apps.reports.range_words import range_words
from apps.ui.values import moment_of, text_of

#: So much of what the API tells of one is kept.
_LONGEST = 200


def candidate_facts(record: Mapping[str, Any]) -> dict[str, str]:
    """What a person recognises an export by: its id, range, columns, when and by whom it was requested."""
    query = RecordQuery(record)
    created = moment_of(record.get("created_at"))
    return {
        "id": export_id(record),
        "range": range_words(query.start.text(query.zone), query.end.text(query.zone))[:_LONGEST],
        "columns": ", ".join(query.columns)[:_LONGEST],
        "asked": f"{created:%Y-%m-%d %H:%M:%S} UTC" if created else "",
        "by": text_of(record.get("requested_by") or "")[:_LONGEST] if query.creator else "",
    }


def choose_candidate(export: ExportRequest, remote_id: str) -> bool:
    """Go on with one of the candidates as the person's. False when it is none of them, or taken by now."""
    if remote_id not in {one.get("id") for one in export.candidates}:
        return False
    return _resume(export, state=State.WAITING, remote_id=remote_id, made_at=Now(), polls=0)


def reject_candidates(export: ExportRequest) -> bool:
    """Request the export anew, as none of the candidates is it. False when an equal one is under way by now."""
    with transaction.atomic():
        if not _resume(export, state=State.QUEUED, polls=0):
            return False
        ExportAttempt.objects.filter(export=export, remote_id="").update(is_absent=True)
    close_request(export, Outcome.FAILED, "The person found that none of the API's exports is this one.")
    return True


def _resume(export: ExportRequest, **changes: Any) -> bool:
    undecided = ExportRequest.objects.filter(
        pk=export.pk, state=State.NEEDS_ATTENTION, cancel_requested_at__isnull=True, removed_at=None
    ).exclude(candidates=[])
    try:
        with transaction.atomic():
            done = undecided.update(
                state_since=Now(),
                due_at=Now(),
                fence=F("fence") + 1,
                starts=0,
                failures=0,
                empty_looks=0,
                message="",
                candidates=[],
                **changes,
            )
            if done:
                export.enqueue()
    except IntegrityError:
        return False
    return bool(done)
