"""Finds the row of a transaction id in each report, with its neighbours, and related rows of other reports.

The API reads no single row. But the id of a row is its cursor: the page before it ends with the row just newer,
and the page after that one begins with the row itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

from apps.api.answers.records import Record
from apps.api.client import ReportPage
from apps.api.errors import ApiError, RecordNotFound, RequestRefused
from apps.api.parallel import run_together
from apps.home.trace.report_rows import ReportClient, TimeRange
from apps.reports.error_descriptions import is_about_cursor
from apps.reports.report_types import ReportType
from apps.reports.rows.loader import row_id
from apps.reports.rows.references import OFFER, PUBLISHER, moment_of_row, reference_in

NEIGHBOURS = 5
RELATED_ROWS = 25


@dataclass
class RowMatch:
    """The row of an id in one report with its neighbours, or why there is none."""

    report: ReportType
    row: Record | None = None
    newer: list[Record] = field(default_factory=list)
    older: list[Record] = field(default_factory=list)
    #: Whether the report took the id for one of its cursors.
    is_cursor: bool = False
    error: ApiError | None = None

    @property
    def rows(self) -> list[Record]:
        """The row among its neighbours, newest first."""
        return [*self.newer, self.row, *self.older] if self.row is not None else []


@dataclass
class RelatedRows:
    """Rows of the same publisher and offer around a moment; `filters` are those in force."""

    report: ReportType
    time_range: TimeRange | None = None
    filters: Sequence[tuple[str, str]] = ()
    rows: list[Record] = field(default_factory=list)
    has_more: bool = False
    error: ApiError | None = None


def find_in_reports(
    reader: ReportClient, reports: Sequence[ReportType], transaction_id: str
) -> list[RowMatch]:
    """Each report on its own and all side by side: one that fails leaves the others."""
    answers = run_together(*(partial(match_in_report, reader, report, transaction_id) for report in reports))
    return [
        RowMatch(report, error=answer) if isinstance(answer, ApiError) else answer
        for report, answer in zip(reports, answers, strict=True)
    ]


def match_in_report(reader: ReportClient, report: ReportType, transaction_id: str) -> RowMatch:
    """The row with that id and its neighbours in one report, by at most three calls. Raises `ApiError`."""
    try:
        before = reader.page(report, NEIGHBOURS, before=transaction_id)
    except (RequestRefused, RecordNotFound) as error:
        if error.status not in (400, 404, 422):
            raise
        if not is_about_cursor(error):
            # The same without the cursor: if that is refused too, it was not the cursor that was wrong.
            reader.page(report, 1)
        return RowMatch(report)
    newest_first = before.records
    if not newest_first:
        return _split(report, [], reader.page(report, NEIGHBOURS + 1).records, transaction_id)
    nearest = row_id(newest_first[-1]) or before.end_cursor
    following = reader.page(report, NEIGHBOURS + 1, after=nearest).records if nearest else []
    return _split(report, newest_first, following, transaction_id)


def _split(report: ReportType, newer: list[Record], rest: list[Record], transaction_id: str) -> RowMatch:
    """Only a row that says itself that it has the id counts: an API may take any cursor."""
    rows = [*newer, *rest]
    place = next((n for n, row in enumerate(rows) if row_id(row) == transaction_id), None)
    if place is None:
        return RowMatch(report, is_cursor=True)
    return RowMatch(
        report,
        rows[place],
        rows[max(0, place - NEIGHBOURS) : place],
        rows[place + 1 : place + 1 + NEIGHBOURS],
        is_cursor=True,
    )


def find_related_rows(
    reader: ReportClient, reports: Sequence[ReportType], seen: RowMatch, hours: float
) -> list[RelatedRows]:
    """The rows of the publisher and offer of a row around its time, in each of the reports, newest first."""
    wall_clock = moment_of_row(seen.row, seen.report) if seen.row is not None else None
    filters = _filters_of(seen.row or {})
    if wall_clock is None or not filters:
        return [RelatedRows(report, filters=filters) for report in reports]
    time_range = TimeRange.around(wall_clock, reader.time_range.zone, hours)
    answers = run_together(
        *(
            partial(reader.page, report, RELATED_ROWS, filters=filters, time_range=time_range)
            for report in reports
        )
    )
    return [
        _related(report, time_range, filters, answer) for report, answer in zip(reports, answers, strict=True)
    ]


def _related(
    report: ReportType,
    time_range: TimeRange,
    filters: Sequence[tuple[str, str]],
    answer: ReportPage | ApiError,
) -> RelatedRows:
    if isinstance(answer, ApiError):
        return RelatedRows(report, time_range, filters, error=answer)
    return RelatedRows(report, time_range, filters, list(answer.records), answer.has_next)


def _filters_of(row: Record) -> list[tuple[str, str]]:
    """What the API can filter by that the row names: its offer by id, its publisher by id or else by name."""
    publisher = reference_in(row, PUBLISHER)
    values = {
        OFFER.filter_name: reference_in(row, OFFER).id,
        PUBLISHER.filter_name: publisher.id or publisher.name,
    }
    return [(name, value) for name, value in values.items() if value]
