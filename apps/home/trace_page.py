"""What the page of a trace draws for each report, and every address on it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.urls import reverse

from apps.api.answers import Record
from apps.api.errors import ApiError
from apps.connections.models import Integration
from apps.home.forms import CURSOR_SPAN, HOURS, LONGEST_SCAN, SCAN_SPAN, TraceForm
from apps.home.report_rows import CURSOR_FIELD, TimeRange, id_of, ids_of, moment_of_row, time_text_of
from apps.home.row_tables import RowFact, RowTable, facts_of
from apps.home.sightings import RELATED_ROWS, Related, Sighting
from apps.reports.report_types import ReportType
from apps.resources.error_pages import ErrorDescription, describe

YEAR = timedelta(days=365)
SCAN_PRESETS = (
    ("Last 24 hours", timedelta(hours=24)),
    ("Last 3 days", timedelta(days=3)),
    ("Last 7 days", timedelta(days=7)),
    ("Last 30 days", timedelta(days=30)),
)

Pairs = list[tuple[str, str]]


class Addresses:
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

    def in_report(
        self, report: ReportType, time_range: TimeRange, filters: Sequence[tuple[str, str]], cursor: str = ""
    ) -> str:
        """The rows of a range in the full report, one of them open."""
        pairs = [("integration_id", self.integration_id), *time_range.parameters(), *filters]
        if cursor:
            pairs.append(("row", cursor))
        return f"{reverse('reports:table', args=[report.slug])}?{urlencode(pairs, safe='[],:@/')}"

    def _chosen_range(self) -> Pairs:
        if not self._values["start_time"]:
            return []
        return self._form.time_range(CURSOR_SPAN).parameters()


def _trace_url(pairs: Pairs) -> str:
    return f"{reverse('trace')}?{urlencode(pairs, safe='[],:@/')}"


@dataclass(frozen=True)
class Section:
    """One report on the page of a trace."""

    report: ReportType
    #: "found", "related", "absent", "elsewhen" (a cursor without a row in this time) or "failed".
    kind: str
    time: str = ""
    facts: Sequence[RowFact] = ()
    table: RowTable | None = None
    report_url: str = ""
    has_more: bool = False
    #: Whether other rows can be told by the row's time and names.
    can_compare: bool = True
    error: ErrorDescription | None = None
    api_error: ApiError | None = None


def sections(
    addresses: Addresses, sightings: Sequence[Sighting], related: Sequence[Related]
) -> list[Section]:
    """The reports that have the row first, then the others."""
    rows = [sighting.row for sighting in sightings if sighting.row is not None]
    ids = ids_of(rows)
    by_report = {item.report.slug: item for item in related}
    built = [
        _section(addresses, sighting, by_report.get(sighting.report.slug), ids) for sighting in sightings
    ]
    return sorted(built, key=lambda section: section.kind != "found")


def _section(
    addresses: Addresses, sighting: Sighting, related: Related | None, ids: frozenset[str]
) -> Section:
    report = sighting.report
    if sighting.error is not None:
        return Section(report, "failed", error=describe(sighting.error), api_error=sighting.error)
    if sighting.row is not None:
        return _found(addresses, sighting, sighting.row, ids)
    if related is not None:
        return _related(addresses, related, ids)
    return Section(report, "elsewhen" if sighting.is_cursor else "absent")


def _found(addresses: Addresses, sighting: Sighting, row: Record, ids: frozenset[str]) -> Section:
    report, integration_id = sighting.report, addresses.integration_id
    moment = moment_of_row(row, addresses.zone)
    url = ""
    if moment is not None:
        around = TimeRange.around(moment, addresses.zone, 1)
        url = addresses.in_report(report, around, (), id_of(row, CURSOR_FIELD))
    table = RowTable(report, integration_id, sighting.rows, _traces(addresses, sighting.rows), ids, row)
    facts = facts_of(report, row, integration_id)
    return Section(report, "found", time_text_of(row), facts, table, url)


def _related(addresses: Addresses, related: Related, ids: frozenset[str]) -> Section:
    report = related.report
    if related.error is not None:
        return Section(report, "failed", error=describe(related.error), api_error=related.error)
    if related.time_range is None:
        return Section(report, "related", can_compare=False)
    url = addresses.in_report(report, related.time_range, related.filters)
    rows = related.rows[:RELATED_ROWS]
    table = RowTable(report, addresses.integration_id, rows, _traces(addresses, rows), ids)
    return Section(
        report, "related", table=table if rows else None, report_url=url, has_more=related.has_more
    )


def _traces(addresses: Addresses, records: Sequence[Record]) -> Mapping[str, str]:
    cursors = (id_of(record, CURSOR_FIELD) for record in records)
    return {cursor: addresses.trace(id=cursor) for cursor in cursors if cursor}
