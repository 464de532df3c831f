"""Reads report pages for the trace, and the ids and time of a row."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from apps.api.answers.records import Record
from apps.api.client import Client, ReportPage
from apps.api.query import MAXIMUM_PAGE_SIZE
from apps.reports.local_times import TIME_FORMAT
from apps.reports.report_types import ReportType
from apps.reports.rows.recently_shown import own_ids
from apps.reports.rows.references import moment_of_row
from apps.reports.state import ReportState
from apps.ui.values import is_missing, text_of

#: The fields by which a transaction is known, and which rows of several reports may share.
ID_FIELDS = ("real_tx_id", "transaction_id", "external_transaction_id")


@dataclass(frozen=True)
class TimeRange:
    """From one second to another, both included, on the wall clock of a zone."""

    start: datetime
    end: datetime
    zone: str

    @classmethod
    def around(cls, wall_clock: datetime, zone: str, hours: float) -> "TimeRange":
        """The hours before and after a time."""
        return cls(wall_clock - timedelta(hours=hours), wall_clock + timedelta(hours=hours), zone)

    @classmethod
    def last(cls, span: timedelta, zone: str, now: datetime) -> "TimeRange":
        """The time up to now."""
        local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
        return cls(local - span, local, zone)

    def moment(self, wall_clock: datetime) -> datetime:
        """A time of this zone's wall clock as a moment."""
        return wall_clock.replace(tzinfo=ZoneInfo(self.zone))

    def state(self, integration_id: str, filters: Sequence[tuple[str, str]] = ()) -> ReportState:
        """The state of a report that shows this range."""
        start, end = self.start.strftime(TIME_FORMAT), self.end.strftime(TIME_FORMAT)
        return ReportState(integration_id, start, end, self.zone, tuple(filters))

    def parameters(self) -> list[tuple[str, str]]:
        """The range in the words of the API, which addresses use as well."""
        state = self.state("")
        return [("start_time", state.start), ("end_time", state.end), ("timezone", self.zone)]


@dataclass(frozen=True)
class ReportClient:
    """Reads pages of the reports of one integration within a time range; may be used in threads."""

    client: Client
    integration_id: str
    time_range: TimeRange

    def page(
        self,
        report: ReportType,
        size: int = MAXIMUM_PAGE_SIZE,
        *,
        after: str = "",
        before: str = "",
        filters: Sequence[tuple[str, str]] = (),
        time_range: TimeRange | None = None,
    ) -> ReportPage:
        """One page, newest rows first: after a cursor older rows, before it newer ones."""
        state = (time_range or self.time_range).state(self.integration_id, filters).with_size(size)
        if after:
            state = state.older(after, None)
        elif before:
            state = state.newer(before, None)
        return self.client.report(report.table_operation_id, state.api_parameters())

    def moment_of(self, report: ReportType, record: Record) -> datetime | None:
        """When a row happened; None where it does not say so in a way we can read."""
        wall_clock = moment_of_row(record, report)
        return self.time_range.moment(wall_clock) if wall_clock else None


def id_of(record: Record, field: str) -> str:
    """One of a row's ids as a text; "" where it has none."""
    value = record.get(field)
    return "" if is_missing(value) or isinstance(value, list | dict | bool) else text_of(value)


def ids_of(records: Sequence[Record]) -> frozenset[str]:
    """All ids that the rows are known by."""
    return frozenset(text for record in records for field in ID_FIELDS if (text := id_of(record, field)))


def is_known_by(record: Record, ids: frozenset[str]) -> bool:
    """Whether any of a row's ids is among these."""
    return any(id_of(record, field) in ids for field in ID_FIELDS) or not ids.isdisjoint(own_ids(record))
