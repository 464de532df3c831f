"""The trace page: a section for each report, and the URLs of all its links."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.urls import reverse

from apps.api.answers.records import Record
from apps.api.errors import ApiError
from apps.connections.models import Integration
from apps.home.trace.forms import CURSOR_SPAN, HOURS, LONGEST_SCAN, SCAN_SPAN, TraceForm
from apps.home.trace.report_rows import TimeRange, ids_of
from apps.home.trace.row_matches import RELATED_ROWS, RelatedRows, RowMatch
from apps.home.trace.row_tables import RowTable
from apps.reports.links import state_url
from apps.reports.report_types import ReportType
from apps.reports.rows.loader import row_id
from apps.reports.rows.references import moment_of_row, time_words_of
from apps.reports.rows.row_drawer import RowDrawer
from apps.reports.state import ReportState
from apps.ui.columns import RowContext
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.links import query_string

YEAR = timedelta(days=365)
SCAN_PRESETS = (
    ("Last 24 hours", timedelta(hours=24)),
    ("Last 3 days", timedelta(days=3)),
    ("Last 7 days", timedelta(days=7)),
    ("Last 30 days", timedelta(days=30)),
)

Pairs = list[tuple[str, str]]


class TraceUrls:
    """Every address of a trace: its own with other values, scans, and the rows in their reports."""

    def __init__(self, form: TraceForm, now: datetime) -> None:
        self._values = form.cleaned_data
        self._form = form
        self._now = now
        self.integration_id: str = self._values["integration_id"]
        self.zone: str = self._values["timezone"]

    def trace(self, **values: str) -> str:
        """The trace of another id, in another integration, within other hours, or another range."""
        pairs: dict[str, str] = {"integration_id": self.integration_id, "id": self._values["id"]}
        pairs |= dict(self._chosen_range())
        pairs["timezone"] = self.zone
        if self._values["hours"] != HOURS[0]:
            pairs["hours"] = str(self._values["hours"])
        return _trace_url([(name, value) for name, value in (pairs | values).items() if value])

    def wider(self) -> str:
        """The same within the last year."""
        return self.trace(**dict(TimeRange.last(YEAR, self.zone, self._now).parameters()))

    def elsewhere(self, integration: Integration) -> str:
        """The same in another integration."""
        return self.trace(integration_id=integration.integration_id)

    def scan(self, time_range: TimeRange, state: Pairs) -> str:
        """A scan of a range in a state."""
        own = [("integration_id", self.integration_id), ("id", self._values["id"])]
        return _trace_url([*own, *time_range.parameters(), *state])

    def scan_presets(self) -> list[tuple[str, str]]:
        """Label and address of the scans of the usual ranges."""
        ranges = [(label, TimeRange.last(span, self.zone, self._now)) for label, span in SCAN_PRESETS]
        return [(label, self.scan(time_range, [("scan", "on")])) for label, time_range in ranges]

    def scan_choices(self) -> list[tuple[str, str]]:
        """The same; a range that was chosen comes first."""
        if not (self._chosen_range() and self.may_scan):
            return self.scan_presets()
        url = self.scan(self._form.time_range(SCAN_SPAN), [("scan", "on")])
        return [("The time chosen", url), *self.scan_presets()]

    @property
    def may_scan(self) -> bool:
        """Whether the range is short enough to be read row by row."""
        time_range = self._form.time_range(SCAN_SPAN)
        return time_range.end - time_range.start <= LONGEST_SCAN

    def found(self, cursor: str, moment_seconds: int) -> str:
        """The trace of a row that a scan found; the range is carried along where the usual one is too short."""
        is_recent = moment_seconds > (self._now - CURSOR_SPAN).timestamp()
        values = {"start_time": "", "end_time": ""} if is_recent else {}
        return self.trace(id=cursor, **values)

    def state_around(self, wall_clock: datetime | None, row: str) -> ReportState:
        """The full report around a time, one row of it open."""
        time_range = self._form.time_range(CURSOR_SPAN)
        if wall_clock is not None:
            time_range = TimeRange.around(wall_clock, self.zone, 1)
        return time_range.state(self.integration_id).with_row(row)

    def _chosen_range(self) -> Pairs:
        if not self._values["start_time"]:
            return []
        return self._form.time_range(CURSOR_SPAN).parameters()


def _trace_url(pairs: Pairs) -> str:
    return f"{reverse('trace')}{query_string(pairs)}"


@dataclass(frozen=True)
class Section:
    """One report on the page of a trace."""

    report: ReportType
    #: "found", "related", "absent", "elsewhen" (a cursor without a row in this time) or "failed".
    kind: str
    time: str = ""
    row: RowDrawer | None = None
    table: RowTable | None = None
    report_url: str = ""
    has_more: bool = False
    #: Whether other rows can be told by the row's time and names.
    can_compare: bool = True
    error: ErrorDescription | None = None
    api_error: ApiError | None = None


class SectionBuilder:
    """Builds the parts of the page from what the reports answered; `context` has the names of what rows refer to."""

    def __init__(self, addresses: TraceUrls, row_matches: Sequence[RowMatch], context: RowContext) -> None:
        self._addresses = addresses
        self._sightings = row_matches
        self._context = context
        self._ids = ids_of([row_match.row for row_match in row_matches if row_match.row is not None])

    def build(self, related: Sequence[RelatedRows]) -> list[Section]:
        """The reports that have the row first, then the others."""
        by_report = {item.report.slug: item for item in related}
        built = [self._section(item, by_report.get(item.report.slug)) for item in self._sightings]
        return sorted(built, key=lambda section: section.kind != "found")

    def _section(self, row_match: RowMatch, related: RelatedRows | None) -> Section:
        report = row_match.report
        if row_match.error is not None:
            return Section(report, "failed", error=describe(row_match.error), api_error=row_match.error)
        if row_match.row is not None:
            return self._found(row_match, row_match.row)
        if related is not None:
            return self._related(related)
        return Section(report, "elsewhen" if row_match.is_cursor else "absent")

    def _found(self, row_match: RowMatch, record: Record) -> Section:
        report, addresses = row_match.report, self._addresses
        wall_clock = moment_of_row(record, report)
        state = addresses.state_around(wall_clock, row_id(record))
        row = RowDrawer(
            report, state, record, self._context, close_url="", newer_url="", older_url="", place=""
        )
        return Section(
            report,
            "found",
            time_words_of(record, report),
            row,
            self._table(report, row_match.rows, record),
            state_url(report, state) if wall_clock else "",
        )

    def _related(self, related: RelatedRows) -> Section:
        report, addresses = related.report, self._addresses
        if related.error is not None:
            return Section(report, "failed", error=describe(related.error), api_error=related.error)
        if related.time_range is None:
            return Section(report, "related", can_compare=False)
        rows = related.rows[:RELATED_ROWS]
        state = related.time_range.state(addresses.integration_id, related.filters)
        return Section(
            report,
            "related",
            table=self._table(report, rows) if rows else None,
            report_url=state_url(report, state),
            has_more=related.has_more,
        )

    def _table(self, report: ReportType, rows: Sequence[Record], traced: Record | None = None) -> RowTable:
        urls = {cursor: self._addresses.trace(id=cursor) for row in rows if (cursor := row_id(row))}
        return RowTable(report, rows, self._context, urls, self._ids, traced)
