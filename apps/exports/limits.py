"""What the vendor's documents say of the files: how many rows one may have, and how long it is kept."""

from datetime import timedelta

from apps.reports.report_types import CLICKS, ReportType

MAXIMUM_ROWS = 5_000_000
MAXIMUM_CLICKS = 2_000_000

#: From when the file was made.
KEPT = timedelta(days=90)
KEPT_WORDS = f"The vendor keeps files for {KEPT.days} days."
ASK_AGAIN = "Run it again for a new one."


def maximum_rows(report: ReportType) -> int:
    """The most rows a file of the report has."""
    return MAXIMUM_CLICKS if report == CLICKS else MAXIMUM_ROWS
