"""What stands above the rows of a report: tabs, named ranges, filter form, filter chips."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.urls import reverse

from apps.api.contract.contract import Contract
from apps.reports.forms import ReportForm
from apps.reports.links import state_url
from apps.reports.local_times import zone_named
from apps.reports.query_parsing import ParsedQuery
from apps.reports.range_presets import PRESETS, names_of
from apps.reports.report_types import REPORT_TABLES, ReportType
from apps.reports.rows.columns import STATUS_BADGES
from apps.reports.rows.references import BY_FILTER, KINDS
from apps.resources.references.resolution import Suggestion
from apps.resources.registry import suggest_url
from apps.text.direction import isolated
from apps.ui.contract_values import unknown_text
from apps.ui.links import LONGEST_CHOICE, Chip, ChoiceLink
from apps.ui.values import shortened


@dataclass(frozen=True)
class FilterLookup:
    """A filter by one record, chosen by its name."""

    name: str
    input_id: str
    label: str
    value: str
    value_label: str
    suggest_url: str
    #: What is wrong with what was typed, and the records it may mean.
    errors: Sequence[str] = ()
    links: Sequence[ChoiceLink] = ()


class ReportToolbar:
    """Everything of a report's page that needs no rows. `names` are by tag and id, for the chips."""

    def __init__(
        self,
        report: ReportType,
        parsed_query: ParsedQuery,
        contract: Contract,
        names: Mapping[str, Mapping[str, str]],
        now: datetime,
    ) -> None:
        self.report = report
        self.state = parsed_query.state
        self._operation = contract.operation(report.table_operation_id)
        self.form = ReportForm(parsed_query, self._operation)
        self._names = names
        self._unresolved = parsed_query.unresolved
        self._now = now

    @property
    def path(self) -> str:
        """The report's address without a query."""
        return reverse("reports:table", args=[self.report.slug])

    @property
    def tabs(self) -> list[ChoiceLink]:
        """The three reports, each with the same filters and range."""
        state = self.state.in_other_report()
        return [
            ChoiceLink(
                other.label,
                state_url(other, state),
                other is self.report,
                other.icon,
            )
            for other in REPORT_TABLES
        ]

    @cached_property
    def ranges(self) -> list[ChoiceLink]:
        """The ranges by name; the current one is that whose times these are now."""
        zone = zone_named(self.state.time_zone)
        today = self._now.astimezone(ZoneInfo(zone or "UTC")).date()
        current = names_of(self.state.start, self.state.end, today)
        return [
            ChoiceLink(label, self.path + self.state.named_range_query(name), name in current)
            for name, (label, _days) in PRESETS.items()
        ]

    @property
    def range_label(self) -> str:
        """The range in short: its name, or that it has none."""
        return next((choice.label for choice in self.ranges if choice.is_current), "Custom range")

    @property
    def has_range_errors(self) -> bool:
        """Whether start, end or zone cannot be read, so that their fields must be in sight."""
        return any(field.errors for field in self.form.range_fields)

    @property
    def hidden_parameters(self) -> list[tuple[str, str]]:
        """What the form carries along besides its own controls."""
        own = {"start_time", "end_time", "timezone"}
        state = self.state.newest().with_filters()
        return [pair for pair in state.parameters() if pair[0] not in own]

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in words."""
        return [
            Chip(
                self._in_words(name, value),
                self.path + self.state.without_filter(name).query_string(),
            )
            for name, value in self.state.filters
            if f"filter[{name}]" not in self._unresolved
        ]

    def _in_words(self, name: str, value: str) -> str:
        kind = BY_FILTER.get(name)
        if kind is None:
            return f"Status: {value if value in STATUS_BADGES else unknown_text(value)}"
        known = self._names.get(kind.tag, {}).get(value)
        return f"{kind.label}: {isolated(known)} ({value})" if known else f"{kind.label}: {isolated(value)}"

    @property
    def words(self) -> list[str]:
        """Range and filters in words."""
        current = [choice.label for choice in self.ranges if choice.is_current]
        return [current[0] if current else self.state.range_words, *(chip.text for chip in self.chips)]

    @property
    def clear_url(self) -> str:
        """The same range without filters."""
        return self.path + self.state.with_filters().query_string()

    @property
    def lookups(self) -> list[FilterLookup]:
        """One look-up for each filter by a record that the report has."""
        place = {"integrationID": self.state.integration}
        return [
            FilterLookup(
                name=f"filter[{kind.filter_name}]",
                input_id=f"filter-{kind.name}",
                label=kind.label,
                value=(value := self.state.filter_value(kind.filter_name)),
                value_label=self._names.get(kind.tag, {}).get(value, ""),
                suggest_url=suggest_url(kind.tag, place),
                errors=[unresolved.problem] if unresolved else (),
                links=self._links(kind.filter_name, unresolved.choices if unresolved else ()),
            )
            for kind in KINDS.values()
            for unresolved in [self._unresolved.get(f"filter[{kind.filter_name}]")]
            if f"filter[{kind.filter_name}]" in self._operation.query_parameters
        ]

    def _links(self, name: str, choices: Sequence[Suggestion]) -> list[ChoiceLink]:
        """The same report by each of the records that a text may mean."""
        others = dict(self.state.filters)
        return [
            ChoiceLink(
                f"{isolated(shortened(choice.title, LONGEST_CHOICE))} ({choice.record_id})",
                self.path + self.state.with_filters(**{**others, name: choice.record_id}).query_string(),
                is_current=False,
            )
            for choice in choices
        ]
