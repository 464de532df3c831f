"""One line of the download center: what the API tells of an export, what we know of it, or both."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from apps.exports.asked_from import label_of_page
from apps.exports.cut import Cut
from apps.exports.models import ExportRequest
from apps.exports.remote import RemoteExport
from apps.mail.models import Message
from apps.reports.wall_clock import TIME_FORMAT
from apps.resources.values import MISSING


@dataclass(frozen=True)
class CenterRow:
    """One export of the list: the API's, ours, or both."""

    service_id: UUID
    remote: RemoteExport | None
    ours: ExportRequest | None
    is_mine: bool
    integration: str
    messages: Sequence[Message] = ()

    @property
    def shows_ours(self) -> bool:
        """Whether our state says more than the API's."""
        return self.ours is not None and (
            self.remote is None or self.ours.removed_at is not None or self.ours.is_in_flight
        )

    @property
    def is_running(self) -> bool:
        """Whether a file may still come."""
        if self.shows_ours and self.ours:
            return self.ours.is_in_flight
        return bool(self.remote and self.remote.is_running)

    @property
    def label(self) -> str:
        """What it is."""
        return self.remote.label if self.remote else self.ours.report_type.label if self.ours else ""

    @property
    def remote_id(self) -> str:
        """The API's id; "" while it has none."""
        return self.remote.id if self.remote else self.ours.remote_id if self.ours else ""

    @property
    def has_own_file(self) -> bool:
        """Whether it is the person's own, and its file can be had."""
        is_there = self.remote is None or self.remote.has_file
        return self.is_mine and is_there and self.ours is not None and self.ours.has_file

    @property
    def can_download(self) -> bool:
        """Whether the API has a file of it."""
        return bool(self.remote and self.remote.has_file and self.remote.id)

    @property
    def error(self) -> str:
        """Why there is no file, in full."""
        if self.remote and self.remote.error:
            return self.remote.error
        is_stopped = self.ours is not None and not self.ours.is_in_flight and not self.ours.has_file
        return self.ours.message if self.ours and is_stopped and not self.remote else ""

    @property
    def column_count(self) -> int:
        """How many columns the file has; 0 when it is not known."""
        return len(self.ours.columns) if self.ours else len(self.remote.columns) if self.remote else 0

    @property
    def row_count(self) -> int | None:
        """How many rows the file has."""
        found = self.remote.rows if self.remote else None
        return self.ours.rows if found is None and self.ours else found

    @property
    def cut(self) -> Cut | None:
        """That its file is probably not whole; None of any other."""
        found = self.remote.cut if self.remote else None
        return self.ours.cut if found is None and self.ours else found

    @property
    def size_bytes(self) -> int | None:
        """The size of the file."""
        found = self.remote.size_bytes if self.remote else None
        return self.ours.size_bytes if found is None and self.ours else found

    @property
    def seconds_taken(self) -> int | None:
        """How long the API took."""
        found = self.remote.duration_seconds if self.remote else None
        return self.ours.duration_seconds if found is None and self.ours else found

    @property
    def range_words(self) -> str:
        """The range, whole days without their hours; times that cannot be read as they came."""
        start = self.ours.start_time if self.ours else self.remote.start if self.remote else ""
        end = self.ours.end_time if self.ours else self.remote.end if self.remote else ""
        return range_words(start, end)

    @property
    def time_zone(self) -> str:
        """The zone of the range."""
        return self.ours.time_zone if self.ours else self.remote.time_zone if self.remote else ""

    @property
    def asked_at(self) -> datetime | None:
        """When it was asked for."""
        return self.ours.created_at if self.ours else self.remote.created_at if self.remote else None

    @property
    def asked_words(self) -> str:
        """Who asked, and from which page of ours."""
        if self.ours is None:
            return self.remote.requested_by if self.remote else ""
        who = "You" if self.is_mine else str(self.ours.owner)
        page = label_of_page(self.ours.asked_from)
        return f"{who}, from {page}" if page else f"{who}, here"

    @property
    def mail_words(self) -> str:
        """What became of the mails about it."""
        if not self.messages:
            return ""
        sent = sum(message.state == Message.State.SENT for message in self.messages)
        if sent == len(self.messages):
            return "mailed" if sent == 1 else f"mailed to {sent}"
        failed = sum(message.state == Message.State.FAILED for message in self.messages)
        return "mail not delivered" if failed else "mail on its way"

    @property
    def expires_in(self) -> int | None:
        """Days until the vendor removes the file; None when there is no file."""
        return self.remote.days_left if self.remote else self.ours.days_left if self.ours else None


def range_words(start: str, end: str) -> str:
    """Two wall clock times in words: "1 Nov 2026 – 2 Nov 2026" for whole days."""
    try:
        first, last = datetime.strptime(start, TIME_FORMAT), datetime.strptime(end, TIME_FORMAT)
    except ValueError:
        return f"{start or MISSING} – {end or MISSING}"
    if first.time() == time() and last.time() == time(23, 59, 59):
        days = [f"{day.day} {day:%b %Y}" for day in (first, last)]
        return days[0] if first.date() == last.date() else " – ".join(days)
    clock = "%H:%M:%S" if first.second or last.second else "%H:%M"
    return " – ".join(f"{moment.day} {moment:%b %Y} {moment:{clock}}" for moment in (first, last))
