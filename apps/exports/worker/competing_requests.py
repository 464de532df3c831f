"""What else may have made an export that the API lists: other requests without an answer, and those that have one."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models.functions import Now

from apps.api.answers.records import Record
from apps.api.export_records import export_id
from apps.connections.organisations import is_not_of_another
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.remote.record_times import Agreement
from apps.exports.states import State
from apps.exports.worker.file_facts import FileFacts, Verdict, verdict_on
from apps.exports.worker.lane_session import LaneSession
from apps.exports.worker.matching import Candidates, agreement, candidates

#: After so long a person has to look.
LONGEST_SEARCH = timedelta(hours=24)


def candidates_for(
    export: ExportRequest, attempt: ExportAttempt, records: Sequence[Record], session: LaneSession
) -> Candidates:
    """The listed records that are, or may be, this attempt's."""
    listed = [identity for record in records if (identity := export_id(record))]
    others = ExportRequest.objects.filter(
        is_not_of_another(export.organisation), service=export.service_id, remote_id__in=listed
    )
    answered = ExportAttempt.objects.filter(
        is_not_of_another(export.organisation, "export__"),
        export__service=export.service_id,
        remote_id__in=listed,
    )
    taken = {
        *others.exclude(pk=export.pk).values_list("remote_id", flat=True),
        *answered.exclude(export=export.pk).values_list("remote_id", flat=True),
    }
    creator = session.connection.api_user if session.key == export.known_to else ""
    return candidates(export.spec, attempt.mark, records, taken, creator)


def unanswered_requests(export: ExportRequest) -> list[ExportRequest]:
    """What else was requested of the service, by anybody, and may have made what is listed."""
    others = ExportRequest.objects.filter(
        is_not_of_another(export.organisation),
        service=export.service_id,
        remote_id="",
        attempts__started_at__gt=Now() - 2 * LONGEST_SEARCH,
        attempts__is_absent=False,
        attempts__remote_id="",
    )
    unanswered = others.exclude(pk=export.pk).exclude(state__in=(State.CANCELED, State.FAILED))
    return list(unanswered.distinct())


def may_belong_to(
    other: ExportRequest, record: Mapping[str, Any], looked: Mapping[str, Any] | None = None
) -> bool:
    """Whether a record may as well be another request's."""
    return agreement(other.spec, record) is not Agreement.CONTRADICTS and file_verdict(
        other, record, looked or {}
    ) not in (Verdict.REFUTED, Verdict.UNLIKELY)


def file_verdict(export: ExportRequest, record: Mapping[str, Any], looked: Mapping[str, Any]) -> Verdict:
    """What the record's file says of a request; open where it was not looked into (`looked`: its facts, by id)."""
    stored = looked.get(export_id(record))
    return verdict_on(export.spec, FileFacts.of(stored)) if stored else Verdict.OPEN
