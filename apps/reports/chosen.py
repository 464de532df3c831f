"""What a person chose for a report: its columns and views, put into the report's own terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qsl
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.urls import reverse

from apps.accounts.models import User
from apps.connections.models import Connection
from apps.reports.local_times import TIME_FORMAT, zone_named
from apps.reports.query_parsing import ParsedQuery
from apps.reports.range_presets import names_of, range_of
from apps.reports.report_types import ReportType
from apps.reports.rows.columns import column_label
from apps.reports.rows.seen_columns import columns_seen
from apps.reports.state import RANGE, ReportState
from apps.saved_views.choices import ListChoices
from apps.saved_views.lists import ViewedList
from apps.saved_views.view_bar import GONE, KnownView, Pairs, ShownList, ViewBar, default_url, is_gone
from apps.shortcuts.page_star import page_star
from apps.ui.links import query_string

#: The view without any condition: the report as it comes.
STANDARD = "Standard"
#: Where a report is: part of each of its addresses, and of no view.
PLACE = "integration_id"
_RANGE_PARAMETERS = frozenset({RANGE, "start_time", "end_time", "timezone"})


class ChosenReport:
    """One report as its address and its person's choices say it. `zone` is the person's own; `now` is aware."""

    def __init__(
        self, report: ReportType, connection: Connection, choices: ListChoices, zone: str, now: datetime
    ) -> None:
        self._report = report
        self._connection = connection
        self._choices = choices
        self._zone = zone
        self._now = now
        self._known = [KnownView(view.key, view.name, view.pairs(now.date())) for view in report.views]

    def opens_with(self, integration_id: str) -> QueryDict | None:
        """The query of the view in which the person has chosen to open the bare report; None for the report's own."""
        url = default_url("", [(PLACE, integration_id)], self._choices, lambda: self._known)
        return QueryDict(url.removeprefix("?")) if url else None

    def with_known_view(self, parsed_query: ParsedQuery) -> ParsedQuery:
        """The same; where its view is gone or not for this person, without it and with that said."""
        state = parsed_query.state
        if not is_gone(state.view, self._choices, self._known):
            return parsed_query
        problems = (*parsed_query.problems, GONE)
        return replace(parsed_query, state=state.with_view(""), problems=problems)

    def columns_of(self, state: ReportState) -> tuple[str, ...]:
        """The columns that were chosen for it, where the address names none; none for the report's own."""
        view = self._choices.view(state.view)
        return (view.columns if view else ()) or self._choices.columns

    def bar(self, state: ReportState, columns: Sequence[str]) -> ViewBar:
        """What stands above the rows; `columns` are those after the time, as they are shown."""
        path = reverse("reports:table", args=[self._report.slug])
        state = state.with_row("")
        shown = ShownList(
            name=list_name(self._report),
            service_id=self._connection.service_id,
            path=path,
            pairs=self._view_pairs(state),
            columns=columns,
            place=[(PLACE, state.integration)],
            url=path + state.query_string(),
            all_name=STANDARD,
            is_swapped=False,
            as_of_now=self._in_times,
        )
        return ViewBar(shown, self._choices, self._known, state.view)

    def star(self, person: User, bar: ViewBar, words: Sequence[str]) -> dict[str, Any]:
        """What the button needs that stars the report as it is."""
        return page_star(person, self._connection, bar, kind="Report", label=self._report.label, words=words)

    def _view_pairs(self, state: ReportState) -> Pairs:
        """What a view holds of the state; a range that has a name by that name, so that the view goes with the days."""
        own = dict(self._named(state.view)).get(RANGE, "")
        names = names_of(state.start, state.end, self._today(state.time_zone))
        pairs: Pairs = []
        if not names:
            pairs = [("start_time", state.start), ("end_time", state.end)]
        elif own in names:
            pairs = [(RANGE, own)]
        elif self._report.default_range not in names:
            pairs = [(RANGE, names[0])]
        if state.time_zone != self._zone:
            pairs.append(("timezone", state.time_zone))
        return [*pairs, *state.view_parameters()]

    def _named(self, key: str) -> Pairs:
        """The parameters of a view by its key; none for one without any."""
        stored = self._choices.view(key)
        if stored:
            return parse_qsl(stored.query, keep_blank_values=True)
        return next((view.pairs for view in self._known if view.key == key), [])

    def _in_times(self, pairs: Pairs) -> Pairs:
        """A view's parameters with its range as times: today is another day than when it was saved."""
        values = dict(pairs)
        zone = values.get("timezone", self._zone)
        start, end = values.get("start_time", ""), values.get("end_time", "")
        if not (start or end):
            first, last = range_of(values.get(RANGE, self._report.default_range), self._today(zone))
            start, end = first.strftime(TIME_FORMAT), last.strftime(TIME_FORMAT)
        others = [pair for pair in pairs if pair[0] not in _RANGE_PARAMETERS]
        return [*others, ("start_time", start), ("end_time", end), ("timezone", zone)]

    def _today(self, zone: str) -> date:
        return self._now.astimezone(ZoneInfo(zone_named(zone) or "UTC")).date()


def list_name(report: ReportType) -> str:
    """What a report is called among the lists with columns and views; no resource has such a name."""
    return f"report-{report.slug}"


def viewed_report(report: ReportType) -> ViewedList:
    """The report for the pages about columns and views."""
    return ViewedList(
        name=list_name(report),
        label=report.label,
        first_column=column_label(report.time_column),
        columns=partial(_labels, report),
        default_columns=partial(_default_columns, report),
        url=partial(_url, report),
        place=(PLACE,),
        shipped=report.views,
        noun="report",
        kept="range, filters, page size and columns",
        is_swapped=False,
    )


def _labels(report: ReportType, connection: Connection) -> Mapping[str, str]:
    names = dict.fromkeys([*report.columns, *columns_seen([connection.service_id], report.slug)])
    return {name: column_label(name) for name in names if name != report.time_column}


def _default_columns(report: ReportType, connection: Connection) -> Sequence[str]:
    labels = _labels(report, connection)
    return [name for name in report.shown if name in labels]


def _url(report: ReportType, connection: Connection, integration_id: str) -> str:
    if not integration_id:
        return ""
    return reverse("reports:table", args=[report.slug]) + query_string([(PLACE, integration_id)])
