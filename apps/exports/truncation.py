"""A file with as many rows as one may hold was probably cut off there: the words for it, wherever it is offered."""

from dataclasses import dataclass

from apps.exports.limits import maximum_rows
from apps.reports.report_types import ReportType


@dataclass(frozen=True)
class Truncation:
    """That a file is probably not whole."""

    maximum: int
    noun: str

    @property
    def words(self) -> str:
        """What its badge says."""
        return f"Probably cut at {self.maximum:,} rows"

    @property
    def sentence(self) -> str:
        """What that means for whoever reads the file."""
        return (
            f"No file of {self.noun} holds more, so rows of this range are probably missing; "
            "files of shorter ranges hold them all."
        )


def truncation_of(report: ReportType | None, rows: int | None) -> Truncation | None:
    """That a file of so many rows was probably cut off; None for a smaller one, and where it cannot be told."""
    if report is None or rows is None or rows < maximum_rows(report):
        return None
    return Truncation(maximum_rows(report), report.noun)
