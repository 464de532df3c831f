"""How many rows one file may have. The vendor's documents give 5 million, and 2 million for clicks."""

from apps.reports.report_types import CLICKS, ReportType

MAXIMUM_ROWS = 5_000_000
MAXIMUM_CLICKS = 2_000_000


def maximum_rows(report: ReportType) -> int:
    """The most rows a file of the report has."""
    return MAXIMUM_CLICKS if report == CLICKS else MAXIMUM_ROWS


def is_too_large(report: ReportType | None, rows: int | None) -> bool:
    """Whether so many rows are at the limit, so that the file may be cut off."""
    return report is not None and rows is not None and rows >= maximum_rows(report)
