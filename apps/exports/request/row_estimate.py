"""How many rows a range will have: a few pages of the report's table, and the time between their rows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from apps.api.answers.records import ReportPage
from apps.api.client import Client
from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.api.query import MAXIMUM_PAGE_SIZE
from apps.exports.limits import maximum_rows
from apps.exports.request.newest_rows import newest_rows
from apps.exports.request.splitting import SPLITS, ways_to_split
from apps.exports.spec import ExportSpec
from apps.reports.report_types import ReportType
from apps.reports.rows.seen_columns import note_columns
from apps.ui.values import moment_of

#: Not even a thousand rows a second fill a file within it.
SHORT_RANGE = timedelta(minutes=30)
#: Ends of the ranges that are looked into besides the whole one, as parts of it.
_LOOKS = (1 / 3, 2 / 3)
#: Rows that this many times the estimate would still fit leave room for busier hours.
_SAFETY = 1.5


@dataclass(frozen=True)
class SplitChoice:
    """One way to make more files of the range. The advised one makes the fewest that fit with room to spare."""

    how: str
    count: int
    is_advised: bool

    @property
    def label(self) -> str:
        """The split in words."""
        return SPLITS[self.how]


@dataclass(frozen=True)
class Estimate:
    """The rows to expect; None when they cannot be told. `files` is among how many they are split."""

    rows: int | None
    is_exact: bool
    maximum: int
    files: int = 1
    #: How to split when they do not fit.
    choices: tuple[SplitChoice, ...] = ()

    @property
    def is_too_large(self) -> bool:
        """Whether a file may be cut off."""
        return self.rows is not None and self.rows > self.maximum * self.files

    @property
    def has_advice(self) -> bool:
        """Whether some split makes files that fit."""
        return any(choice.is_advised for choice in self.choices)

    @property
    def rows_words(self) -> str:
        """The number as it is known: an estimate has two digits."""
        if self.rows is None:
            return "an unknown number of"
        if self.is_exact:
            return f"{self.rows:,}"
        step = 10 ** max(len(str(self.rows)) - 2, 0)
        return f"about {round(self.rows / step) * step:,}"


def estimate(client: Client, service_id: UUID, spec: ExportSpec, files: int = 1) -> Estimate:
    """Look at the table of the range. Raises an `ApiError` when it cannot be read at all.

    The columns that are seen there are noted for the service.
    """
    report = spec.report_type
    maximum = maximum_rows(report)
    start, end = spec.start, _end_so_far(spec)
    if not report.table_operation_id or end <= start:
        return Estimate(None if end > start else 0, end <= start, maximum, files)
    newest = _rows_until(end, client, spec)
    note_columns(service_id, spec.report, newest.records)
    if not newest.has_next:
        return Estimate(len(newest.records), True, maximum, files)
    ends = [start + (end - start) * part for part in _LOOKS]
    others = run_together(*(partial(_rows_until, one, client, spec) for one in ends))
    pages = [newest, *(page for page in others if not isinstance(page, ApiError))]
    windows = [end, *(one for one, page in zip(ends, others, strict=True) if not isinstance(page, ApiError))]
    rates = [
        rate
        for page, window in zip(pages, windows, strict=True)
        if (rate := _rate(page, report, window - start)) is not None
    ]
    if not rates:
        return Estimate(None, False, maximum, files)
    rows = round(sum(rates) / len(rates) * (end - start).total_seconds())
    told = Estimate(rows, False, maximum, files)
    return replace(told, choices=_choices(rows, maximum, spec, files)) if told.is_too_large else told


def is_worth_estimating(spec: ExportSpec) -> bool:
    """Whether the range is long enough for a file to come near its limit."""
    return _end_so_far(spec) - spec.start > SHORT_RANGE


def _choices(rows: int, maximum: int, spec: ExportSpec, files: int) -> tuple[SplitChoice, ...]:
    ways = ways_to_split(spec, files)
    largest_first = [how for how, count in ways.items() if rows / count <= maximum]
    roomy = [how for how in largest_first if rows * _SAFETY / ways[how] <= maximum]
    advised = next(iter([*roomy, *reversed(largest_first)]), "")
    return tuple(SplitChoice(how, count, how == advised) for how, count in ways.items())


def _end_so_far(spec: ExportSpec) -> datetime:
    """The end of the range, or this second: what lies in the future has no rows yet."""
    now = timezone.now().astimezone(spec.zone).replace(microsecond=0)
    return min(spec.end, now)


def _rows_until(end: datetime, client: Client, spec: ExportSpec) -> ReportPage:
    return newest_rows(client, replace(spec, end=end), MAXIMUM_PAGE_SIZE)


def _rate(page: ReportPage, report: ReportType, window: timedelta) -> float | None:
    """Rows a second on this page; None when its rows have no times that can be read."""
    if not page.has_next:
        return len(page.records) / max(window.total_seconds(), 1)
    for column in (name for name in report.columns if "time" in name):
        moments = _moments([record.get(column) for record in page.records])
        if len(moments) > 1:
            return len(moments) / max((max(moments) - min(moments)).total_seconds(), 1)
    return None


def _moments(values: Sequence[object]) -> list[datetime]:
    return [moment for value in values if (moment := moment_of(value))]
