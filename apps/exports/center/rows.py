"""One line of the download center: what the API tells of an export, what we know of it, or both."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from apps.exports.models import ExportRequest
from apps.exports.remote.export import RemoteExport
from apps.exports.request.origin_page import label_of_page
from apps.exports.request.repeat_links import again_url, again_url_of_remote
from apps.exports.states import WITH_FILE, State
from apps.exports.truncation import Truncation
from apps.mail.models import Message
from apps.reports.range_words import range_words


@dataclass(frozen=True)
class CenterRow:
    """One export of the list, made by `row_of_ours`, `row_of_remote` or `row_of_both`."""

    service_id: UUID
    #: The API's id; "" while it has none.
    remote_id: str
    #: Our row of it, whoever asked here; None when nobody did.
    ours: ExportRequest | None
    is_mine: bool
    #: Whose state says most.
    shown: ExportRequest | RemoteExport
    is_running: bool
    label: str
    integration: str
    #: 0 when it is not known.
    column_count: int
    row_count: int | None
    size_bytes: int | None
    duration_seconds: int | None
    range_words: str
    time_zone: str
    requested_at: datetime | None
    #: Who asked, and from which page of ours.
    requester_words: str
    #: What became of the mails about it.
    mail_words: str
    #: Whole days until the vendor removes the file; None when there is none.
    days_left: int | None
    truncation: Truncation | None
    #: Why there is no file, in full.
    error: str
    #: Whether the person's own page gives the file; whether the API's does.
    is_on_own_page: bool
    is_at_api: bool
    #: The form with its settings; "" where it cannot be requested again, or the settings are another person's alone.
    again_url: str

    @property
    def can_look_inside(self) -> bool:
        """Whether there is a file to look into."""
        return bool(self.remote_id) and (self.is_on_own_page or self.is_at_api)


def row_of_ours(
    ours: ExportRequest, *, is_mine: bool, integration: str, messages: Sequence[Message]
) -> CenterRow:
    """What was requested here, where the API does not list it or was not asked."""
    has_stopped = not ours.is_in_flight and not ours.has_file
    return CenterRow(
        service_id=ours.service_id,
        remote_id=ours.remote_id,
        ours=ours,
        is_mine=is_mine,
        shown=ours,
        is_running=ours.is_in_flight,
        label=ours.report_type.label,
        integration=integration,
        column_count=len(ours.columns),
        row_count=ours.rows,
        size_bytes=ours.size_bytes,
        duration_seconds=ours.duration_seconds,
        range_words=range_words(ours.start_time, ours.end_time),
        time_zone=ours.time_zone,
        requested_at=ours.created_at,
        requester_words=_requester_words(ours, is_mine=is_mine),
        mail_words=_mail_words(messages),
        days_left=ours.days_left,
        truncation=ours.truncation,
        error=ours.message if has_stopped else "",
        is_on_own_page=is_mine and ours.has_file,
        is_at_api=False,
        again_url=again_url(ours) if is_mine else "",
    )


def row_of_remote(remote: RemoteExport, *, integration: str, requester_words: str = "") -> CenterRow:
    """What the API lists and nobody requested here; `requester_words` name who asked at the API."""
    return CenterRow(
        service_id=remote.service_id,
        remote_id=remote.id,
        ours=None,
        is_mine=False,
        shown=remote,
        is_running=remote.is_running,
        label=remote.label,
        integration=integration,
        column_count=len(remote.columns),
        row_count=remote.rows,
        size_bytes=remote.size_bytes,
        duration_seconds=remote.duration_seconds,
        range_words=remote.range_words,
        time_zone=remote.time_zone,
        requested_at=remote.created_at,
        requester_words=requester_words or remote.requested_by,
        mail_words="",
        days_left=remote.days_left,
        truncation=remote.truncation,
        error=remote.error,
        is_on_own_page=False,
        is_at_api=remote.has_file and bool(remote.id),
        again_url=again_url_of_remote(remote),
    )


def row_of_both(
    remote: RemoteExport,
    ours: ExportRequest,
    *,
    is_mine: bool,
    integration: str,
    messages: Sequence[Message],
) -> CenterRow:
    """What the API lists of ours: the request as it was made here, the file as the API has it."""
    told = row_of_remote(remote, integration=integration)
    asked = row_of_ours(ours, is_mine=is_mine, integration=integration, messages=messages)
    # The state that its own page tells; the API's for a file that was made.
    says_ours = ours.removed_at is not None or ours.state not in (*WITH_FILE, State.EXPIRED)
    return replace(
        told,
        ours=ours,
        is_mine=is_mine,
        shown=ours if says_ours else remote,
        is_running=asked.is_running if says_ours else told.is_running,
        column_count=asked.column_count,
        row_count=asked.row_count if told.row_count is None else told.row_count,
        size_bytes=asked.size_bytes if told.size_bytes is None else told.size_bytes,
        duration_seconds=asked.duration_seconds if told.duration_seconds is None else told.duration_seconds,
        range_words=asked.range_words,
        time_zone=asked.time_zone,
        requested_at=asked.requested_at,
        requester_words=asked.requester_words,
        mail_words=asked.mail_words,
        truncation=told.truncation or asked.truncation,
        error=asked.error if says_ours else told.error,
        is_on_own_page=asked.is_on_own_page and remote.has_file,
        again_url=asked.again_url or told.again_url,
    )


def _requester_words(ours: ExportRequest, *, is_mine: bool) -> str:
    who = "You" if is_mine else str(ours.owner)
    page = label_of_page(ours.requested_from)
    return f"{who}, from {page}" if page else f"{who}, here"


def _mail_words(messages: Sequence[Message]) -> str:
    if not messages:
        return ""
    sent = sum(message.state == Message.State.SENT for message in messages)
    if sent == len(messages):
        return "mailed" if sent == 1 else f"mailed to {sent}"
    failed = sum(message.state == Message.State.FAILED for message in messages)
    return "mail not delivered" if failed else "mail on its way"
