"""What became of a request whose answer was lost: found in the API's list, in a file, by a person, or not made.

A record that is ours for certain is taken. What only may be ours is waited for until it is finished; then its file is
looked into. Where that leaves a doubt the person says which one it is: nothing that is not certain is ever mailed.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from apps.api import export_records as api_exports
from apps.api.answers.records import Record
from apps.api.errors import ApiError, KeyRejected, NotPermitted, RateLimited
from apps.api.export_records import export_id
from apps.audit.models import Outcome
from apps.exports.models import ExportAttempt, ExportRequest
from apps.exports.states import State
from apps.exports.worker.candidate_choice import candidate_facts
from apps.exports.worker.competing_requests import (
    LONGEST_SEARCH,
    candidates_for,
    file_verdict,
    may_belong_to,
    unanswered_requests,
)
from apps.exports.worker.file_facts import FileFacts, FileNotRead, Verdict, read_facts
from apps.exports.worker.lane_session import LaneSession, delay_lane, session_of
from apps.exports.worker.matching import (
    has_same_range,
    is_known_to_be_newer,
    tells_the_days,
)
from apps.exports.worker.request_log import close_request
from apps.exports.worker.transitions import (
    AT_ONCE,
    OTHER_ORGANISATION,
    KeyIsMissing,
    adopt,
    backoff,
    block,
    fail,
    needs_attention,
    poll_interval,
)

#: An attempt is followed by another only when it is certain that nothing was made; each is waited for longer than the
#: one before. Workers are killed and answers lost for many reasons, so a few in a row say nothing about the export.
MAXIMUM_ATTEMPTS = 4
#: Parts of the settling time to wait before the second and third look that finds nothing.
SEARCH_AGAIN = (1 / 6, 1 / 3)
#: Files that are looked into for one lost answer; of more the person says which one it is.
MOST_FILES = 5
#: Tries to read a file that cannot be had.
FILE_TRIES = 5

FOUND = "The API's answer was lost; the export was found in its list afterwards."
NOT_MADE = "The API gave no answer that could be read, and its list has no such export."
MAY_BE_OURS = (
    "The API's answer was lost. Its list has an export that may be this one: "
    "its file is looked into once it is made, before anything is mailed."
)
A_PERSON_DECIDES = (
    "The API's answer was lost, and its list does not say for certain which export is yours. "
    "Choose it below, or have it made anew."
)


def reconcile(export: ExportRequest) -> None:
    """CREATING after a crash, and UNKNOWN: look for our export in the API's list before anything is sent again."""
    # Nobody is sending, as this turn is ours: what was sent before is written down, or its answer is lost.
    attempt = export.attempts.filter(is_absent=False).order_by("number").last()
    if attempt is None:
        export.advance(State.QUEUED, after=AT_ONCE)
        return
    if attempt.remote_id:
        adopt(export, attempt.remote_id, "")
        return
    try:
        _search_list(export, attempt, session_of(export))
    except KeyIsMissing as error:
        block(export, str(error))
    except ApiError as error:
        if isinstance(error, KeyRejected | NotPermitted) and not error.is_page:
            block(export, error.user_message)
            return
        if ExportAttempt.objects.filter(pk=attempt.pk, unknown_since__lt=Now() - LONGEST_SEARCH).exists():
            words = f"The API's list could not be read for 24 hours. {error.user_message}"
            close_request(export, Outcome.UNKNOWN, words)
            needs_attention(export, words)
            return
        wait = backoff(export.failures)
        if isinstance(error, RateLimited) and error.retry_after:
            wait = timedelta(seconds=error.retry_after)
        delay_lane(export, wait)
        export.advance(State.UNKNOWN, after=wait, failures=export.failures + 1, message=error.user_message)


def _search_list(export: ExportRequest, attempt: ExportAttempt, session: LaneSession) -> None:
    """One search of the API's list. Only its silence after the settling time means that nothing was made."""
    same = ExportAttempt.objects.filter(pk=attempt.pk)
    same.filter(unknown_since__isnull=True).update(unknown_since=Now())
    is_whole = session.read_back_to(attempt)
    records = list(session.newest().values())
    found = candidates_for(export, attempt, records, session)
    if found.certain:
        _adopt_certain(export, found.certain, session)
        return
    if session.key != export.known_to and not _sees_the_mark(attempt, records):
        block(export, OTHER_ORGANISATION)
        return
    settle = timedelta(seconds=settings.EXPORT_SETTLE_SECONDS) * attempt.number
    # What will never have a file is none that anybody waits for.
    possible = [record for record in found.possible if not api_exports.has_failed(record)]
    if not is_whole:
        _list_is_too_long(export, same)
    elif not same.filter(unknown_since__lte=Now() - settle - session.age).exists():
        # Others of the lane, or of other people, may turn out to be what is listed.
        wait = min(timedelta(seconds=10), max(settle / 6, timedelta(seconds=1)))
        export.advance(
            State.UNKNOWN, after=wait, failures=0, message=MAY_BE_OURS if possible else export.message
        )
    elif possible:
        _examine_possible(export, attempt, session, possible)
    else:
        _nothing_found(export, attempt, settle)


def _sees_the_mark(attempt: ExportAttempt, records: Sequence[Record]) -> bool:
    known = set(attempt.mark.get("ids", ()))
    return any(export_id(record) in known for record in records)


def _adopt_certain(export: ExportRequest, certain: Sequence[Mapping[str, Any]], session: LaneSession) -> None:
    """The oldest of equal ones is ours, unless somebody else is being answered at this moment with one of them."""
    competitors = [other for other in unanswered_requests(export) if may_belong_to(other, certain[0])]
    if any(other.state == State.CREATING for other in competitors):
        export.advance(State.UNKNOWN, after=timedelta(seconds=2), failures=0)
        return
    note = "" if competitors else _duplicates_note(certain[1:])
    _adopt_record(export, certain[0], session, note)


def _adopt_record(
    export: ExportRequest, record: Mapping[str, Any], session: LaneSession, note: str = ""
) -> None:
    adopt(
        export,
        export_id(record),
        api_exports.status(record),
        note,
        session.key,
        is_found=True,
        organisation=session.connection.organisation,
    )
    if export.remote_id:
        close_request(export, Outcome.DONE, FOUND, export.remote_id)


def _examine_possible(
    export: ExportRequest, attempt: ExportAttempt, session: LaneSession, possible: Sequence[Mapping[str, Any]]
) -> None:
    """Look into the files of what may be ours, one a step; then take the one there can be, or ask the person."""
    looked = attempt.mark.get("looked", {})
    is_late = ExportAttempt.objects.filter(pk=attempt.pk, unknown_since__lt=Now() - LONGEST_SEARCH).exists()
    unread = [record for record in possible if export_id(record) not in looked]
    ready = [record for record in unread if api_exports.artifact_name(record)]
    if ready and len(possible) <= MOST_FILES:
        _examine_file(export, attempt, session, ready[0])
        return
    if unread and len(possible) <= MOST_FILES and not is_late:
        export.advance(
            State.UNKNOWN,
            after=poll_interval(export.polls),
            polls=export.polls + 1,
            failures=0,
            message=MAY_BE_OURS,
        )
        return
    verdicts = [(record, file_verdict(export, record, looked)) for record in possible]
    left = [(record, verdict) for record, verdict in verdicts if verdict is not Verdict.REFUTED]
    likely = [(record, verdict) for record, verdict in left if verdict is not Verdict.UNLIKELY]
    if not left:
        _note_not_ours(attempt, [record for record, _ in verdicts])
        export.advance(State.UNKNOWN, after=AT_ONCE, failures=0, message="")
        return
    record, verdict = (likely or left)[0]
    is_proved = (
        len(likely) == 1
        and verdict is Verdict.FITS
        and tells_the_days(record)
        and is_known_to_be_newer(attempt.mark, record)
        and not any(may_belong_to(other, record, looked) for other in unanswered_requests(export))
    )
    if is_proved:
        _adopt_record(export, record, session)
    else:
        choice = [candidate_facts(one) for one, _ in left]
        needs_attention(export, A_PERSON_DECIDES, candidates=choice)


def _examine_file(
    export: ExportRequest, attempt: ExportAttempt, session: LaneSession, record: Mapping[str, Any]
) -> None:
    """Look into one file, and write down what it tells."""
    name = str(api_exports.artifact_name(record))
    try:
        facts = read_facts(session.client, name, export.spec)
    except FileNotRead as error:
        if export.failures < FILE_TRIES:
            export.advance(
                State.UNKNOWN,
                after=backoff(export.failures),
                failures=export.failures + 1,
                message=f"{MAY_BE_OURS} It could not be read: {error}.",
            )
            return
        facts = FileFacts()
    looked = {**attempt.mark.get("looked", {}), export_id(record): facts.stored()}
    ExportAttempt.objects.filter(pk=attempt.pk).update(mark={**attempt.mark, "looked": looked})
    export.advance(State.UNKNOWN, after=AT_ONCE, failures=0, message=MAY_BE_OURS)


def _note_not_ours(attempt: ExportAttempt, records: Sequence[Mapping[str, Any]]) -> None:
    ids = [*attempt.mark.get("not_ours", ()), *(export_id(record) for record in records)]
    ExportAttempt.objects.filter(pk=attempt.pk).update(mark={**attempt.mark, "not_ours": ids})


def _nothing_found(export: ExportRequest, attempt: ExportAttempt, settle: timedelta) -> None:
    if export.empty_looks < len(SEARCH_AGAIN):
        wait = settle * SEARCH_AGAIN[export.empty_looks]
        export.advance(State.UNKNOWN, after=wait, failures=0, empty_looks=export.empty_looks + 1)
    else:
        _was_not_made(export, attempt)


def _list_is_too_long(export: ExportRequest, attempt: QuerySet[ExportAttempt]) -> None:
    """The API lists more exports than are looked through, so its silence about this one means nothing."""
    words = "The API's answer was lost, and its list is too long to find the export in it."
    if attempt.filter(unknown_since__lt=Now() - LONGEST_SEARCH).exists():
        close_request(export, Outcome.UNKNOWN, words)
        needs_attention(export, words)
    else:
        export.advance(State.UNKNOWN, after=timedelta(minutes=5), message=words)


def _was_not_made(export: ExportRequest, attempt: ExportAttempt) -> None:
    close_request(export, Outcome.FAILED, attempt.refusal or NOT_MADE)
    with transaction.atomic():
        ExportAttempt.objects.filter(pk=attempt.pk).update(is_absent=True)
        if attempt.refusal:
            fail(export, attempt.refusal)
        elif export.cancel_requested_at:
            export.advance(State.CANCELED, after=None)
        elif attempt.number >= MAXIMUM_ATTEMPTS:
            needs_attention(
                export,
                f"The API was asked {MAXIMUM_ATTEMPTS} times, did not answer properly, and lists no such export.",
            )
        else:
            export.advance(State.QUEUED, after=AT_ONCE, empty_looks=0, failures=0, polls=0, message="")


def note_of_duplicates(export: ExportRequest, session: LaneSession) -> str:
    """What to tell of an export that was requested again when an earlier one shows up after all."""
    first = export.attempts.order_by("number").first()
    if first is None or export.attempts.count() == 1:
        return ""
    try:
        session.read_back_to(first)
        records = list(session.newest().values())
    except ApiError:
        return ""
    found = candidates_for(export, first, records, session)
    alike = [record for record in (*found.certain, *found.possible) if has_same_range(export.spec, record)]
    return _duplicates_note([record for record in alike if export_id(record) != export.remote_id])


def _duplicates_note(others: Sequence[Mapping[str, object]]) -> str:
    ids = ", ".join(export_id(record) for record in others)
    return f"The API holds more exports like this one: {ids}." if ids else ""
