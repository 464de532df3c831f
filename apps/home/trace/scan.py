"""Scans the rows of a time range for an id, page by page from the newest, in steps of a few calls.

The state of a scan is in the address, so that it goes on after a reload, without JavaScript, and on another server.
"""

import math
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from apps.api.errors import ApiError, RateLimited
from apps.api.parallel import run_together
from apps.api.query import MAXIMUM_PAGE_SIZE
from apps.home.trace.report_rows import ReportClient, is_known_by
from apps.reports.report_types import ReportType
from apps.reports.rows.loader import row_id
from apps.reports.rows.references import time_text_of

READING, FOUND, ENDED, FAILED = "reading", "found", "ended", "failed"
STATES = (READING, FOUND, ENDED, FAILED)
PAGES_A_STEP = 4
#: No further page is begun in a step after that many seconds, so that progress is seen often.
STEP_SECONDS = 2.5
#: A scan pauses after so many calls: going on is then somebody's decision.
CALLS_WITHOUT_ASKING = 60
LONGEST_CURSOR = 2000
_DAY = 86_400


@dataclass(frozen=True)
class ReportScan:
    """How far one report has been read."""

    report: ReportType
    state: str = READING
    after: str = ""
    rows: int = 0
    calls: int = 0
    #: The time of the oldest row read, in the row's words and in Unix seconds.
    until: str = ""
    until_seconds: int = 0
    #: The cursor of the row that was found, and its time.
    found: str = ""
    error: ApiError | None = field(default=None, compare=False)

    @classmethod
    def from_query(cls, report: ReportType, query: Mapping[str, str]) -> "ReportScan":
        """The state that an address holds; whatever cannot be one is the beginning."""

        def value(name: str) -> str:
            text = query.get(f"{report.slug}.{name}", "")
            # A part of a cursor is another cursor: what no address holds whole is the beginning.
            return text if len(text) <= LONGEST_CURSOR else ""

        state = value("state")
        return cls(
            report,
            state if state in STATES else READING,
            value("after"),
            _number(value("rows")),
            _number(value("calls")),
            value("until"),
            _number(value("seconds")),
            value("found"),
        )

    def parameters(self) -> list[tuple[str, str]]:
        """The state for an address."""
        values = {
            "state": "" if self.state == READING else self.state,
            "after": self.after,
            "rows": self.rows or "",
            "calls": self.calls or "",
            "until": self.until,
            "seconds": self.until_seconds or "",
            "found": self.found,
        }
        return [(f"{self.report.slug}.{name}", str(value)) for name, value in values.items() if value]

    def calls_a_day(self, newest: datetime) -> int | None:
        """How many calls a day of this report takes at the pace so far; None before anything was read."""
        span = newest.timestamp() - self.until_seconds
        if not self.rows or not self.until_seconds or span <= 0:
            return None
        return max(1, math.ceil(self.rows / MAXIMUM_PAGE_SIZE * _DAY / span))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0


@dataclass(frozen=True)
class Scan:
    """A scan of all reports side by side."""

    parts: Sequence[ReportScan]
    #: The scan pauses when it has made that many calls.
    limit: int = CALLS_WITHOUT_ASKING
    is_paused: bool = False

    @classmethod
    def from_query(cls, reports: Sequence[ReportType], query: Mapping[str, str]) -> "Scan":
        """The scan an address describes."""
        parts = [ReportScan.from_query(report, query) for report in reports]
        limit = min(_number(query.get("limit", "")), sum(p.calls for p in parts) + CALLS_WITHOUT_ASKING)
        return cls(parts, limit or CALLS_WITHOUT_ASKING, query.get("scan") == "paused")

    @property
    def calls(self) -> int:
        """Calls made so far."""
        return sum(part.calls for part in self.parts)

    @property
    def is_done(self) -> bool:
        """Whether there is nothing left to read by itself."""
        return all(part.state != READING for part in self.parts)

    @property
    def goes_on(self) -> bool:
        """Whether the next step follows by itself."""
        return not self.is_paused and not self.is_done

    @property
    def seconds_to_wait(self) -> int:
        """How long the API asks to wait before the next step."""
        waits = [p.error.retry_after or 2 for p in self.parts if isinstance(p.error, RateLimited)]
        return math.ceil(max(waits, default=0))

    def parameters(self, *, paused: bool = False, go_on: bool = False) -> list[tuple[str, str]]:
        """The state for an address; `go_on` lets it make as many calls again, and tries again what failed."""
        parts = self.parts
        if go_on:
            parts = [replace(p, state=READING) if p.state == FAILED else p for p in parts]
        limit = self.calls + CALLS_WITHOUT_ASKING if go_on else self.limit
        pairs = [("scan", "paused" if paused else "on")]
        if limit != CALLS_WITHOUT_ASKING:
            pairs.append(("limit", str(limit)))
        return [*pairs, *(pair for part in parts for pair in part.parameters())]


def step(scan: Scan, reader: ReportClient, transaction_id: str) -> Scan:
    """Read a few pages of each report that is not through yet, side by side."""
    began = time.monotonic()
    room = max(0, scan.limit - scan.calls)
    waiting = [part for part in scan.parts if part.state == READING]
    pages = min(PAGES_A_STEP, math.ceil(room / len(waiting))) if waiting else 0
    if scan.is_paused or not pages:
        return replace(scan, is_paused=scan.is_paused or not scan.is_done)
    answers = run_together(
        *(partial(_read_pages, part, reader, transaction_id, pages, began) for part in waiting)
    )
    read = {part.report.slug: part for part in answers if isinstance(part, ReportScan)}
    after = replace(scan, parts=[read.get(part.report.slug, part) for part in scan.parts])
    too_long = after.seconds_to_wait > 60
    return replace(after, is_paused=not after.is_done and (after.calls >= after.limit or too_long))


def _read_pages(
    part: ReportScan, reader: ReportClient, transaction_id: str, pages: int, began: float
) -> ReportScan:
    for _ in range(pages):
        try:
            part = _read_page(part, reader, transaction_id)
        except RateLimited as error:
            # While a key is asked to wait, nothing is sent at all.
            return replace(part, calls=part.calls + (error.status is not None), error=error)
        except ApiError as error:
            return replace(part, calls=part.calls + 1, state=FAILED, error=error)
        if part.state != READING or time.monotonic() - began > STEP_SECONDS:
            break
    return part


def _read_page(part: ReportScan, reader: ReportClient, transaction_id: str) -> ReportScan:
    page = reader.page(part.report, after=part.after)
    part = replace(part, calls=part.calls + 1, rows=part.rows + len(page.records))
    if page.records:
        oldest = page.records[-1]
        moment = reader.moment_of(part.report, oldest)
        part = replace(
            part,
            until=time_text_of(oldest, part.report),
            until_seconds=int(moment.timestamp()) if moment else part.until_seconds,
        )
    wanted = frozenset({transaction_id})
    hit = next((row for row in page.records if is_known_by(row, wanted)), None)
    if hit is not None:
        return replace(part, state=FOUND, found=row_id(hit), until=time_text_of(hit, part.report))
    if not page.has_next or not page.end_cursor or page.end_cursor == part.after:
        return replace(part, state=ENDED)
    return replace(part, after=page.end_cursor)
