"""Parses the query string of a report into a state, with an error for each parameter that is wrong."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.http import QueryDict

from apps.api.contract.contract import Operation
from apps.reports.local_times import TIME_FORMAT, wall_clock, zone_named
from apps.reports.range_presets import PRESETS, range_of
from apps.reports.report_types import ReportType
from apps.reports.rows.references import BY_FILTER
from apps.reports.state import FILTERS, RANGE, ROW, ReportState
from apps.resources.lists.filter_values import expectation, fits
from apps.resources.references.resolution import Resolution
from apps.saved_views.lists import COLUMNS, LONGEST_KEY, MAXIMUM_COLUMNS, VIEW, fitting
from apps.text.typed import one_line, trimmed
from apps.ui.paging import DEFAULT_PAGE_SIZE, PAGE_SIZES

CUSTOM = "custom"

_LONGEST_VALUE = 200
#: A cursor is whatever the API makes of it; far longer ones fit into no address.
_LONGEST_CURSOR = 2000
_CURSORS = frozenset({"page[after]", "page[before]", ROW})
_DATE_ALONE = re.compile(r"\d{4}-\d{2}-\d{2}")
_LAST_SECOND = time(23, 59, 59)
_SINGLE = frozenset(
    {
        "integration_id",
        "start_time",
        "end_time",
        "timezone",
        "page[size]",
        "page[after]",
        "page[before]",
        "position",
        ROW,
        RANGE,
        VIEW,
        *(f"filter[{name}]" for name in FILTERS),
    }
)


@dataclass(frozen=True)
class ParsedQuery:
    """The parsed state. With `errors` (by parameter) there is no range, and the API is not asked."""

    state: ReportState
    #: What was asked for and is left out, in words.
    problems: tuple[str, ...] = ()
    errors: Mapping[str, str] = field(default_factory=dict)
    #: Whether the address already says the state in its canonical form.
    is_canonical: bool = True
    #: By parameter: what was typed for another record and is no id, with the records it may mean.
    unresolved: Mapping[str, Resolution] = field(default_factory=dict)

    def resolved(self, look_up: Callable[[str, str], Resolution]) -> "ParsedQuery":
        """The same with ids in place of names; `look_up` says what a text means among the records of a tag."""
        filters: list[tuple[str, str]] = []
        unresolved: dict[str, Resolution] = {}
        for name, value in self.state.filters:
            kind = BY_FILTER.get(name)
            found = look_up(kind.tag, value) if kind else None
            if found is not None and not found.record_id:
                unresolved[f"filter[{name}]"] = found
            filters.append((name, found.record_id if found and found.record_id else value))
        state = replace(self.state, filters=tuple(filters))
        if state != self.state:
            # Which rows are newer than a cursor among others was never counted.
            state = state.newest()
        return replace(
            self,
            state=state,
            errors={**self.errors, **{name: found.problem for name, found in unresolved.items()}},
            is_canonical=self.is_canonical and state == self.state,
            unresolved=unresolved,
        )


class QueryParser:
    """Parses one query string. `zone` is the person's own; `now` is aware."""

    def __init__(
        self, query: QueryDict, report: ReportType, operation: Operation, *, zone: str, now: datetime
    ) -> None:
        self._query = query
        self._report = report
        self._operation = operation
        self._zone = zone
        self._now = now
        self._problems: list[str] = []
        self._errors: dict[str, str] = {}

    def read(self, integration_id: str) -> ParsedQuery:
        """What the address asks for in this integration."""
        self._name_what_is_odd()
        zone, start, end = self._range()
        after, before = self._cursors()
        state = ReportState(
            integration=integration_id,
            start=start,
            end=end,
            time_zone=zone,
            filters=tuple(self._filters()),
            page_size=self._page_size(),
            after=after,
            before=before,
            position=self._position() if after or before else 0,
            columns=self._columns(),
            view=self._value(VIEW)[:LONGEST_KEY],
            row=self._value(ROW),
        )
        given = sorted((name, value) for name, values in self._query.lists() for value in values)
        is_canonical = given == sorted(state.parameters())
        return ParsedQuery(state, tuple(self._problems), self._errors, is_canonical)

    def _value(self, name: str) -> str:
        text = trimmed(str(self._query.get(name, "")))
        longest = _LONGEST_CURSOR if name in _CURSORS else _LONGEST_VALUE
        if len(text) <= longest:
            return text
        words = f"“{name}” can have {longest:,} characters, and has {len(text):,}; it was ignored."
        if words not in self._problems:
            self._problems.append(words)
        return ""

    def _name_what_is_odd(self) -> None:
        for name, values in self._query.lists():
            if name not in _SINGLE and name != COLUMNS:
                self._problems.append(f"“{name[:40]}” is not part of a report's address and was ignored.")
            elif name != COLUMNS and len(values) > 1:
                self._problems.append(f"“{name}” stands {len(values)} times; the last one counts.")

    # --- The range ---

    def _range(self) -> tuple[str, str, str]:
        """Zone, start and end; what is wrong with them goes to `errors`, and stays as it was typed."""
        typed_zone = self._value("timezone") or self._zone
        zone = zone_named(typed_zone)
        if zone is None:
            self._errors["timezone"] = (
                f"There is no time zone “{typed_zone[:40]}”. Write one such as Europe/Berlin."
            )
        today = self._now.astimezone(ZoneInfo(zone or "UTC")).date()
        start, end = self._typed_range(today)
        if zone and not self._errors:
            self._check_range(start, end, zone)
        return zone or typed_zone, start, end

    def _typed_range(self, today: date) -> tuple[str, str]:
        name, start, end = self._value(RANGE), self._value("start_time"), self._value("end_time")
        if name and name not in PRESETS and name != CUSTOM:
            self._problems.append(f"There is no range called “{name[:40]}”; it was ignored.")
        if name not in PRESETS:
            name = "" if start or end else self._report.default_range
        if name:
            first, last = range_of(name, today)
            return first.strftime(TIME_FORMAT), last.strftime(TIME_FORMAT)
        return self._moment("start_time", start), self._moment("end_time", end)

    def _moment(self, name: str, typed: str) -> str:
        moment = wall_clock(typed)
        if moment is None:
            self._errors[name] = "Write a date and time such as 2026-10-01 00:00:00."
            return typed
        if name == "end_time" and _DATE_ALONE.fullmatch(typed):
            # A day as the end means the whole day.
            moment = datetime.combine(moment, _LAST_SECOND)
        return moment.strftime(TIME_FORMAT)

    def _check_range(self, start: str, end: str, zone: str) -> None:
        first, last = wall_clock(start), wall_clock(end)
        if first is None or last is None:
            return
        if last < first:
            self._errors["end_time"] = "The end is before the start."
        elif first.replace(tzinfo=ZoneInfo(zone)) > self._now:
            self._errors["start_time"] = (
                f"The start is in the future: there can be no {self._report.noun} yet."
            )

    # --- The rest ---

    def _filters(self) -> list[tuple[str, str]]:
        found = []
        for name in FILTERS:
            parameter = self._operation.query_parameters.get(f"filter[{name}]")
            value = one_line(self._value(f"filter[{name}]"))
            if not value:
                continue
            if parameter is None:
                self._problems.append(f"This report cannot be filtered by {name}; the filter was ignored.")
            elif name not in BY_FILTER and not fits(value, parameter):
                self._problems.append(
                    f"“{value[:40]}” is not {expectation(parameter)}; the filter by {name} was ignored."
                )
            else:
                found.append((name, value))
        return found

    def _cursors(self) -> tuple[str, str]:
        after, before = self._value("page[after]"), self._value("page[before]")
        if after and before:
            self._problems.append(
                "page[after] and page[before] exclude each other; both were ignored: these are the newest rows."
            )
            return "", ""
        return after, before

    def _page_size(self) -> int:
        text = self._value("page[size]")
        if not text:
            return DEFAULT_PAGE_SIZE
        if text in map(str, PAGE_SIZES):
            return int(text)
        self._problems.append(
            f"A page has {', '.join(map(str, PAGE_SIZES))} rows; “{text[:20]}” was ignored."
        )
        return DEFAULT_PAGE_SIZE

    def _position(self) -> int | None:
        text = self._value("position")
        if text.isascii() and text.isdigit() and len(text) <= 9:
            return int(text)
        if text:
            self._problems.append(
                f"position must be a whole number; “{text[:20]}” was ignored, so rows are not counted."
            )
        return None

    def _columns(self) -> tuple[str, ...]:
        names = [one_line(name) for name in self._query.getlist(COLUMNS)]
        if len(dict.fromkeys(names)) > MAXIMUM_COLUMNS:
            self._problems.append(f"At most {MAXIMUM_COLUMNS} columns are shown.")
        return fitting(names)
