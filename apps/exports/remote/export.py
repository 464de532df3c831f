"""An export as the API's download center tells of it, whoever requested it.

Tolerant: any field may be missing, odd or unknown, and is then left out or shown as it came.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from django.utils import timezone

from apps.api import export_records as api_exports
from apps.connections.models import Service
from apps.connections.organisations import organisation_of
from apps.exports.delimiters import delimiter_words
from apps.exports.limits import ASK_AGAIN, KEPT, KEPT_WORDS
from apps.exports.remote.record_query import RecordQuery, values_of
from apps.exports.remote.statuses import remote_state
from apps.exports.spec import ExportSpec
from apps.exports.truncation import Truncation, truncation_of
from apps.reports.range_words import range_words
from apps.reports.report_types import ReportType
from apps.ui.values import is_missing, moment_of, text_of, value_at

#: Names under which the size of a file may stand; the artifact's fields are not documented.
_SIZE_NAMES = frozenset({"size", "sizebytes", "filesize", "bytes", "contentlength"})

#: What PostgreSQL keeps in such a column.
_LONGEST_SECONDS = 2**31


@dataclass(frozen=True)
class RemoteExport:
    """One export of the download center."""

    service_id: UUID
    record: Mapping[str, Any]

    @property
    def id(self) -> str:
        """The API's id; "" when it has none, and so no page."""
        return api_exports.export_id(self.record)

    @cached_property
    def query(self) -> RecordQuery:
        """The request it was made for, as far as the API tells."""
        return RecordQuery(self.record)

    @property
    def report_type(self) -> ReportType | None:
        """The kind of report, when its type is a word that we know."""
        return self.query.report_type

    @property
    def label(self) -> str:
        """What it is: the report's name, else the type as it came."""
        report = self.report_type
        return report.label if report else self._text("type") or "Export"

    @property
    def status(self) -> str:
        """The status as it came, in capitals."""
        return api_exports.status(self.record)

    @property
    def is_finished(self) -> bool:
        """Whether the API made the file, be it there still or not."""
        return api_exports.is_finished(self.record)

    @property
    def is_expired(self) -> bool:
        """Whether the vendor's time of keeping the file is over."""
        return self.kept_until is not None and self.kept_until <= timezone.now()

    @property
    def has_file(self) -> bool:
        """Whether the file can be had."""
        return self.is_finished and not self.is_expired

    @property
    def has_failed(self) -> bool:
        """Whether there will never be a file."""
        return api_exports.has_failed(self.record)

    @property
    def is_running(self) -> bool:
        """Whether a file may still come."""
        return not self.is_finished and not self.has_failed

    @property
    def state_words(self) -> str:
        """The status in words; one we do not know as it came, after a question mark."""
        if self.is_finished:
            return "Expired" if self.is_expired else "Ready"
        return remote_state(self.status).words

    @property
    def tone(self) -> str:
        """The tone of the badge."""
        if self.is_finished:
            return "neutral" if self.is_expired else "ok"
        return remote_state(self.status).tone

    @property
    def is_busy(self) -> bool:
        """Whether the API says that it works on it."""
        return self.is_running and remote_state(self.status).is_busy

    @property
    def next_words(self) -> str:
        """What happens next; "" when the file is there, or never will be."""
        if self.is_expired:
            return KEPT_WORDS
        return "The API makes the file. This page follows it." if self.is_running else ""

    @property
    def advice(self) -> str:
        """What somebody who may export can do about it; "" where there is nothing to do."""
        return ASK_AGAIN if self.is_expired else ""

    @property
    def artifact_name(self) -> str:
        """The name that asks for the file's signed address; "" while there is none."""
        return api_exports.artifact_name(self.record) or ""

    @property
    def error(self) -> str:
        """Why there is no file, in the API's own words and in full."""
        return self._text("error")

    @property
    def rows(self) -> int | None:
        """How many rows the file has."""
        return _count(value_at(self.record, "results_meta.total"))

    @property
    def truncation(self) -> Truncation | None:
        """That its file is probably not whole; None of any other."""
        return truncation_of(self.report_type, self.rows) if self.has_file else None

    @property
    def duration_seconds(self) -> int | None:
        """How long the API took; None for what is no time that an export may take."""
        seconds = _count(value_at(self.record, "results_meta.duration_seconds"))
        return seconds if seconds is not None and seconds < _LONGEST_SECONDS else None

    @property
    def size_bytes(self) -> int | None:
        """The size of the file, where the API tells it."""
        values = (*values_of(self.record.get("artifact"), _SIZE_NAMES),)
        return next((size for value in values if (size := _count(value)) is not None), None)

    @property
    def created_at(self) -> datetime | None:
        """When it was requested."""
        return moment_of(self.record.get("created_at"))

    @property
    def updated_at(self) -> datetime | None:
        """When it changed last."""
        return moment_of(self.record.get("updated_at"))

    @property
    def kept_until(self) -> datetime | None:
        """When the vendor removes the file."""
        moment = self.updated_at or self.created_at
        return moment + KEPT if moment and self.is_finished else None

    @property
    def days_left(self) -> int | None:
        """Whole days until then; 0 on the last one, None for what is not there."""
        return (self.kept_until - timezone.now()).days if self.kept_until and self.has_file else None

    @property
    def integration_id(self) -> str:
        """The integration whose rows it holds."""
        return self._text("integration")

    @property
    def organisation(self) -> str:
        """The API's id of the organisation whose rows it holds; "" where it is not told."""
        return organisation_of(self.record)

    @property
    def requested_by(self) -> str:
        """The API's user who requested it."""
        return self._text("requested_by")

    @property
    def start(self) -> str:
        """Start of the range, as finely as the API tells it."""
        return self.query.start.text(self.query.zone)

    @property
    def end(self) -> str:
        """End of the range, as finely as the API tells it."""
        return self.query.end.text(self.query.zone)

    @property
    def spec(self) -> ExportSpec | None:
        """What was requested; None where report, integration, zone or a time to the second is not told, or unclear."""
        query = self.query
        start, end = query.start.clock(query.zone), query.end.clock(query.zone)
        if not (start and end and query.zone and query.report_type and len(query.integrations) == 1):
            return None
        return ExportSpec(
            report=query.report_type.slug,
            integration_id=min(query.integrations),
            start=start.replace(tzinfo=query.zone),
            end=end.replace(tzinfo=query.zone),
            columns=query.columns,
            delimiter=query.delimiter,
            extra_parameters=query.extra_parameters,
        )

    @property
    def range_words(self) -> str:
        """The range in words."""
        return range_words(self.start, self.end)

    @property
    def time_zone(self) -> str:
        """The zone of the range."""
        return self.query.zone_text

    @property
    def columns(self) -> list[str]:
        """The columns of the file, where the API tells them."""
        return list(self.query.columns)

    @property
    def filters(self) -> Sequence[str]:
        """What narrows its rows besides range and integration: a file with filters is no whole one."""
        return self.query.filters

    @property
    def delimiter(self) -> str:
        """The delimiter, where the API tells it."""
        return self.query.delimiter

    @property
    def delimiter_words(self) -> str:
        """What people call the delimiter."""
        return delimiter_words(self.delimiter)

    @property
    def guest_token(self) -> str:
        """The secret with which a guest may request the file; it is neither logged nor shown."""
        return self._text("guest_token")

    def _text(self, field: str) -> str:
        value = value_at(self.record, field)
        return "" if is_missing(value) else text_of(value)


def _count(value: object) -> int | None:
    is_count = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**63
    return int(str(value)) if is_count else None


def remote_exports(service: Service, records: Iterable[Mapping[str, Any]]) -> list[RemoteExport]:
    """The records of one service's list as exports."""
    return [RemoteExport(service.pk, record) for record in records]
