"""The conversions of today and yesterday, as far as a few calls tell: the report has no total."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from apps.api.client import Client
from apps.api.errors import ApiError
from apps.api.parallel import run_together
from apps.home.start.place import Place
from apps.reports.links import report_url
from apps.reports.local_times import TIME_FORMAT, wall_clock
from apps.reports.range_presets import range_of
from apps.reports.report_types import CONVERSIONS
from apps.reports.rows.references import time_text_of
from apps.reports.state import ReportState
from apps.ui.columns import Record
from apps.ui.values import shortened, text_of

#: So many calls are made for one day, and so many rows a call gives.
CALLS, ROWS = 3, 100
#: Rows of these are looked at by a person: they stand first.
PENDING = "Pending"


@dataclass(frozen=True)
class ConversionDay:
    """What is known of one day, newest first."""

    label: str
    url: str
    count: int
    #: Whether these are all of the day's.
    is_whole: bool
    #: When on that day the oldest row that was read happened; "" where that is not known.
    since: str
    #: How many of those have each status.
    statuses: Sequence[tuple[str, int]]

    @property
    def pending(self) -> int:
        """How many of them wait for somebody to approve them."""
        return dict(self.statuses).get(PENDING, 0)


def conversion_days(place: Place, time_zone: str) -> list[ConversionDay]:
    """Today and yesterday in that zone, side by side. Raises an `ApiError` where one fails."""
    client = place.scope("offers").client
    names = ("today", "yesterday")
    states = [_state_of(place, name, time_zone) for name in names]
    read = run_together(*(partial(_rows_of, client, state) for state in states))
    days = []
    for name, rows in zip(names, read, strict=True):
        if isinstance(rows, ApiError):
            raise rows
        url = report_url(place.integration_id, days=name)
        days.append(_day(name.capitalize(), url, *rows))
    return days


def _state_of(place: Place, name: str, time_zone: str) -> ReportState:
    start, end = range_of(name, place.today)
    return ReportState(
        place.integration_id,
        f"{start:{TIME_FORMAT}}",
        f"{end:{TIME_FORMAT}}",
        time_zone,
        page_size=ROWS,
    )


def _clock_of(row: Record) -> str:
    """The time of day of a row, in the zone that was asked for; its own words where they are no time."""
    text = time_text_of(row, CONVERSIONS)
    moment = wall_clock(text)
    return f"{moment:%H:%M}" if moment else text


def _rows_of(client: Client, state: ReportState) -> tuple[list[Record], bool]:
    """The newest rows of the day, and whether they are all."""
    rows: list[Record] = []
    for _ in range(CALLS):
        page = client.report(CONVERSIONS.table_operation_id, state.api_parameters())
        rows += page.records
        if not page.has_next or not page.end_cursor:
            return rows, not page.has_next
        state = state.older(page.end_cursor, None)
    return rows, False


def _day(label: str, url: str, rows: Sequence[Record], is_whole: bool) -> ConversionDay:
    statuses = Counter(shortened(text_of(row.get("status")), 40) for row in rows)
    ordered = sorted(statuses.items(), key=lambda item: (item[0] != PENDING, -item[1], item[0]))
    since = _clock_of(rows[-1]) if rows else ""
    return ConversionDay(label, url, len(rows), is_whole, since, ordered[:5])
