"""A scan as the page shows it: its progress in words, in all and for each report."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from apps.home.trace.scan import ENDED, FAILED, FOUND, ReportScan, Scan
from apps.reports.local_times import clock_words
from apps.ui.error_pages import ErrorDescription, describe

#: The tone of a badge and its text.
Badge = tuple[str, str]


@dataclass(frozen=True)
class PartOfScan:
    """How far one report was read; `url` shows the row that was found among its neighbours."""

    scan: ReportScan
    goes_on: bool
    calls_a_day: int | None
    url: str

    @property
    def is_found(self) -> bool:
        """Whether the row is in this report."""
        return self.scan.state == FOUND

    @cached_property
    def error(self) -> ErrorDescription | None:
        """Why the report could not be read, or has to wait."""
        return describe(self.scan.error) if self.scan.error else None

    @property
    def badge(self) -> Badge:
        """The state in a word or three."""
        by_state: dict[str, Badge] = {
            FOUND: ("ok", "Found"),
            FAILED: ("bad", "Not read to the end"),
            ENDED: ("neutral", "Not here"),
        }
        if self.scan.state in by_state:
            return by_state[self.scan.state]
        if self.error:
            return "warn", "Waiting"
        return ("info", "Reading") if self.goes_on else ("neutral", "Not through")

    @property
    def outcome(self) -> str:
        """When the row was that was found, or why nothing more was read."""
        if self.is_found:
            return clock_words(self.scan.until)
        return f"{self.error.title}. {self.error.cause}" if self.error else ""

    @property
    def progress(self) -> str:
        """How much was read, and how much there is of it."""
        return self._rows_read + self._pace

    @property
    def _rows_read(self) -> str:
        if not self.scan.rows:
            return "No rows in this time" if self.scan.state == ENDED else "Nothing read yet"
        read = f"{self.scan.rows:,} rows read"
        return read if self.outcome else f"{read}, back to {clock_words(self.scan.until)}"

    @property
    def _pace(self) -> str:
        if not self.calls_a_day:
            return ""
        return f"; a day takes about {self.calls_a_day:,} call{'' if self.calls_a_day == 1 else 's'}"


@dataclass(frozen=True)
class ScanPage:
    """A scan as its page draws it."""

    scan: Scan
    parts: list[PartOfScan]

    @property
    def has_found(self) -> bool:
        """Whether any report has the row."""
        return any(part.is_found for part in self.parts)

    @property
    def has_failed(self) -> bool:
        """Whether any report could not be read to the end."""
        return any(part.scan.state == FAILED for part in self.parts)

    @property
    def title(self) -> str:
        """What the scan does or has done."""
        if self.scan.goes_on:
            return "Looking row by row"
        return "Looked through" if self.scan.is_done else "Stopped"

    @property
    def announcement(self) -> str:
        """What a screen reader says once the scan ended or paused; "" before."""
        if self.scan.goes_on:
            return ""
        found = (
            f"{part.scan.report.label} {'found' if part.is_found else f'{part.scan.rows:,} rows'}"
            for part in self.parts
        )
        return f"{self.title}: {', '.join(found)}"

    @property
    def go_on_label(self) -> str:
        """What the button says that goes on; "" where nothing is left to do."""
        if self.scan.is_done:
            return "Try again" if self.has_failed else ""
        return "" if self.scan.goes_on else "Read on"


def scan_page(scan: Scan, newest: datetime, urls: dict[str, str]) -> ScanPage:
    """The page of a scan; `urls` are where the rows stand that were found, by the report's slug."""
    parts = [
        PartOfScan(part, scan.goes_on, part.calls_a_day(newest), urls.get(part.report.slug, ""))
        for part in scan.parts
    ]
    return ScanPage(scan, parts)
