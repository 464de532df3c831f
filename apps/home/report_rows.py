"""Reads report tables for the trace, and what a row of them says about itself: its ids and its moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.api.answers import Record
from apps.api.client import Client, ReportPage
from apps.reports.report_types import ReportType
from apps.reports.wall_clock import TIME_FORMAT
from apps.resources.values import is_missing, text_of

#: The id that is the cursor of its row.
CURSOR_FIELD = "real_tx_id"
#: The fields by which a transaction is known, and which rows of several reports may share.
ID_FIELDS = (CURSOR_FIELD, "transaction_id", "external_transaction_id")
TIME_FIELDS = ("date_time", "conversion_time", "click_time")
LARGEST_PAGE = 100

# Unix times beyond the year 5138 are taken for milliseconds.
_LARGEST_SECONDS = 100_000_000_000


@dataclass(frozen=True)
class TimeRange:
    """From one second to another, both included, on the wall clock of a zone."""

    start: datetime
    end: datetime
    zone: str

    @classmethod
    def around(cls, moment: datetime, zone: str, hours: float) -> "TimeRange":
        """The hours before and after a moment."""
        local = moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
        return cls(local - timedelta(hours=hours), local + timedelta(hours=hours), zone)

    @classmethod
    def last(cls, span: timedelta, zone: str, now: datetime) -> "TimeRange":
        """The time up to now."""
        local = now.astimezone(ZoneInfo(zone)).replace(tzinfo=None, microsecond=0)
        return cls(local - span, local, zone)

    def moment(self, wall_clock: datetime) -> datetime:
        """A time of this zone's wall clock as a moment."""
        return wall_clock.replace(tzinfo=ZoneInfo(self.zone))

    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the API that say so; pages use the same names."""
        return [
            ("start_time", self.start.strftime(TIME_FORMAT)),
            ("end_time", self.end.strftime(TIME_FORMAT)),
            ("timezone", self.zone),
        ]


@dataclass(frozen=True)
class ReportReader:
    """Reads the reports of one integration within a time range; may be used in threads."""

    client: Client
    integration_id: str
    time_range: TimeRange

    def page(
        self,
        report: ReportType,
        size: int,
        *,
        after: str = "",
        before: str = "",
        filters: Sequence[tuple[str, str]] = (),
        time_range: TimeRange | None = None,
    ) -> ReportPage:
        """One page, newest rows first: after a cursor older rows, before it newer ones."""
        parameters = [
            ("integration_id", self.integration_id),
            *(time_range or self.time_range).parameters(),
            ("page[size]", str(min(size, LARGEST_PAGE))),
            *filters,
        ]
        if after:
            parameters.append(("page[after]", after))
        elif before:
            parameters.append(("page[before]", before))
        return self.client.report(report.table_operation_id, parameters)


def id_of(record: Record, field: str) -> str:
    """One of a row's ids as a text; "" where it has none."""
    value = record.get(field)
    return "" if is_missing(value) or isinstance(value, list | dict | bool) else text_of(value)


def ids_of(records: Sequence[Record]) -> frozenset[str]:
    """All ids that the rows are known by."""
    return frozenset(text for record in records for field in ID_FIELDS if (text := id_of(record, field)))


def is_known_by(record: Record, ids: frozenset[str]) -> bool:
    """Whether any of a row's ids is among these."""
    return any(id_of(record, field) in ids for field in ID_FIELDS)


def time_text_of(record: Record) -> str:
    """A row's own words for when it happened, on the wall clock that was asked for."""
    return next((text for field in TIME_FIELDS if (text := id_of(record, field))), "")


def moment_of_row(record: Record, zone: str) -> datetime | None:
    """When a row happened; None where it does not say so in a way we can read."""
    seconds = id_of(record, "unix_time")
    try:
        if seconds:
            number = float(seconds)
            return datetime.fromtimestamp(number / 1000 if number > _LARGEST_SECONDS else number, UTC)
        moment = datetime.fromisoformat(time_text_of(record))
    except (ValueError, OverflowError, OSError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))
