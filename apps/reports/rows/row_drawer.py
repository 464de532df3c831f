"""The drawer beside the table: one row with all its fields in groups, its raw JSON, and links."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from apps.api.json_text import json_text
from apps.reports.links import state_url
from apps.reports.local_times import wall_clock
from apps.reports.report_types import REPORT_TABLES, ReportType
from apps.reports.rows.columns import REASON_FIELDS, ClockColumn, column_for, column_label, is_money
from apps.reports.rows.references import (
    ADVERTISER,
    KINDS,
    OFFER,
    PUBLISHER,
    ReferenceKind,
    moment_of_row,
    reference_in,
    time_words_of,
)
from apps.reports.state import ReportState
from apps.ui.cells import Cell
from apps.ui.columns import EmailColumn, Record, RowContext
from apps.ui.values import LONGEST_ID, MISSING, is_missing, is_web_address, text_of

#: How far around a row the other reports are looked at.
AROUND = timedelta(minutes=30)
#: Further fields are in the raw JSON only.
MAXIMUM_FIELDS = 200
_LONGEST_TEXT = 2000
_LONGEST_RAW = 100_000

_GROUPS: dict[str, tuple[str, ...]] = {
    "What happened": ("status", *REASON_FIELDS, "event", "event_name", "event_id"),
    "When": ("conversion_time", "date_time", "request_time", "click_time", "session_time", "unix_time"),
    "Who": tuple(KINDS),
    "Money": ("payout", "revenue", "purchase_value", "currency"),
    "Tracking": (
        "transaction_id",
        "external_transaction_id",
        "real_tx_id",
        "sub_id",
        *(f"sub_id_{number}" for number in range(2, 7)),
    ),
    "Device and place": (
        "conversion_ip",
        "geo_country",
        "geo_city",
        "device_id",
        "os",
        "os_version",
        "browser",
        "browser_version",
        "browser_language",
        "browser_languages",
        "user_agent",
        "bundle_id",
    ),
}


@dataclass(frozen=True)
class Fact:
    """One field: its words, how it looks, and the text that its button copies ("": none)."""

    label: str
    cell: Cell
    copy: str
    is_wide: bool


@dataclass(frozen=True)
class Link:
    """Where to look next."""

    label: str
    url: str


class RowDrawer:
    """One row for the template `_row_drawer.html`."""

    def __init__(
        self,
        report: ReportType,
        state: ReportState,
        record: Record,
        context: RowContext,
        *,
        close_url: str,
        newer_url: str,
        older_url: str,
        place: str,
    ) -> None:
        self.report = report
        self.record = record
        self.close_url = close_url
        self.newer_url = newer_url
        self.older_url = older_url
        self.place = place
        self._state = state
        self._context = context

    @property
    def title(self) -> str:
        """What the row is: "Conversion, 20 Nov 2026, 14:05:12"."""
        time = time_words_of(self.record, self.report)
        kind = self.report.label.removesuffix("s")
        return f"{kind}, {time}" if time else kind

    @cached_property
    def raw(self) -> str:
        """The row as the API sent it; a huge one in part, and it says so."""
        text = json_text(self.record, indent=2)
        return text if len(text) <= _LONGEST_RAW else f"{text[:_LONGEST_RAW]}…\n(cut: the row is larger)"

    @cached_property
    def groups(self) -> list[tuple[str, list[Fact]]]:
        """Every field once, in groups; those nobody expected come last."""
        named = {name for names in _GROUPS.values() for name in names}
        named |= {kind.id_column for kind in KINDS.values()}
        found = [
            (title, [self._fact(name) for name in names if self._has(name)])
            for title, names in _GROUPS.items()
        ]
        others = [name for name in self.record if name not in named]
        title = "Other fields"
        if len(others) > MAXIMUM_FIELDS:
            title = f"Other fields: {len(others):,}, the first {MAXIMUM_FIELDS} are shown"
        return [
            group
            for group in [*found, (title, [self._fact(name) for name in others[:MAXIMUM_FIELDS]])]
            if group[1]
        ]

    def _has(self, name: str) -> bool:
        return name in self.record or (name in KINDS and KINDS[name].id_column in self.record)

    def _fact(self, name: str) -> Fact:
        value = self.record.get(name)
        if name in KINDS:
            reference = reference_in(self.record, KINDS[name])
            return Fact(
                column_label(name),
                column_for(name).cell(self.record, self._context),
                _copied(reference.id or reference.name),
                is_wide=False,
            )
        text = "" if is_missing(value) else text_of(value)
        return Fact(column_label(name), self._cell(name, value), _copied(text), len(text) > 40)

    def _cell(self, name: str, value: Any) -> Cell:
        if is_missing(value):
            return Cell(MISSING)
        column = column_for(name)
        if (
            name in REASON_FIELDS
            or is_money(name)
            or name == "geo_country"
            or isinstance(column, ClockColumn)
        ):
            return column.cell(self.record, self._context)
        if name == "status":
            cell = column.cell(self.record, self._context)
            return Cell(cell.text, tone=cell.tone, is_solid=cell.is_solid)
        text = text_of(value)
        if is_web_address(value):
            return Cell(text[:_LONGEST_TEXT], href=str(value), is_external=True)
        email = EmailColumn(name).present(value, self.record, self._context)
        return email if email.href else Cell(text[:_LONGEST_TEXT])

    # --- Where to look next ---

    @cached_property
    def links(self) -> list[Link]:
        """The other reports around this row, and the whole day of its publisher and offer."""
        return [*self._alone(), *self._around(), *self._days()]

    def _alone(self) -> Iterator[Link]:
        """The same range and filters, and of this offer, publisher or advertiser alone."""
        filters = dict(self._state.filters)
        for kind in KINDS.values():
            wanted = self._filter_by(kind)
            if wanted and filters.get(kind.filter_name) != wanted:
                state = self._state.with_filters(**{**filters, kind.filter_name: wanted})
                yield Link(f"Only this {kind.label.lower()}", state_url(self.report, state))

    def _around(self) -> Iterator[Link]:
        filters = {kind.filter_name: wanted for kind in KINDS.values() if (wanted := self._filter_by(kind))}
        for other in REPORT_TABLES:
            moment = self._moment_of_click()
            if other is self.report or moment is None:
                continue
            state = self._state.in_other_report().with_filters(**filters)
            state = state.with_range(moment - AROUND, moment + AROUND)
            yield Link(f"{other.label} around this", state_url(other, state))

    def _filter_by(self, kind: ReferenceKind) -> str:
        """What the reports are filtered by for the row's record; "" where an address cannot hold it."""
        reference = reference_in(self.record, kind)
        wanted = reference.id or reference.name
        return wanted if len(wanted) <= LONGEST_ID else ""

    def _days(self) -> Iterator[Link]:
        moment = self._moment()
        if moment is None:
            return
        start = moment.replace(hour=0, minute=0, second=0)
        end = moment.replace(hour=23, minute=59, second=59)
        for kind in (PUBLISHER, OFFER, ADVERTISER):
            if wanted := self._filter_by(kind):
                state = self._state.with_filters(**{kind.filter_name: wanted}).with_range(start, end)
                yield Link(f"All of this {kind.label.lower()} that day", state_url(self.report, state))

    @property
    def permanent_url(self) -> str:
        """A link to this row that later rows cannot push away: the range ends with it."""
        moment = self._moment()
        if moment is None:
            return ""
        state = self._state.with_filters().with_range(moment - AROUND, moment)
        return state_url(self.report, state.with_row(self._state.row))

    def _moment(self) -> datetime | None:
        return moment_of_row(self.record, self.report)

    def _moment_of_click(self) -> datetime | None:
        """What led to a conversion happened when it was clicked."""
        clicked = self.record.get("click_time")
        return (wall_clock(clicked) if isinstance(clicked, str) else None) or self._moment()


def _copied(text: str) -> str:
    """Half a value is none: what is cut on the page is copied out of the raw JSON."""
    return text if len(text) <= _LONGEST_TEXT else ""
