"""The results of a page for its template: rows with headers and pager, or groups with sums and a chart."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

from apps.look_inside.columns import ID, Column, Columns, Unsummed
from apps.look_inside.parquet_table import TableMetadata
from apps.look_inside.query.connection import QueryTimeout, TableConnection
from apps.look_inside.query.file_description import FileDescription
from apps.look_inside.query.filters import OPERATOR_WORDS, filter_words
from apps.look_inside.query.grouped import read_grouped
from apps.look_inside.query.grouped_view import GroupedView
from apps.look_inside.query.sql import condition, order, selected
from apps.look_inside.query.state import Group, PreparedTableState, read_group
from apps.look_inside.query.sum_explanations import why_not_summed
from apps.look_inside.query.together import Together
from apps.look_inside.timestamps import form_words
from apps.text.direction import isolated
from apps.ui.cells import Cell, text_cell
from apps.ui.links import Chip, ChoiceLink
from apps.ui.paging import DEFAULT_PAGE_SIZE, Pager
from apps.ui.tables import Header, Row
from apps.ui.values import MISSING, shortened

# A longer cell is shown in part.
_LONGEST_CELL = 160
_MOST_SUM_LINKS = 20


class LookResults:
    """What `_results.html` draws. `load` asks the table; all the rest is arranged from the answers."""

    def __init__(
        self, facts: TableMetadata, state: PreparedTableState, url: str, together: Together | None = None
    ) -> None:
        self.together = together or Together.alone()
        self.facts = facts
        self.about = FileDescription(facts)
        self.columns: Columns = facts.table_columns
        self.state = state
        self._url = url
        self.notes = [*state.problems, *self.together.notes, *self.about.notes]
        self.matching = facts.rows
        self.problem = ""
        self.groups: GroupedView | None = None
        self._rows: Sequence[tuple[Any, ...]] = ()

    def load(self, questions: TableConnection) -> None:
        """Ask for what the state shows; a question that takes too long is said on the page, not left out."""
        try:
            self._load(questions)
        except QueryTimeout:
            self.problem = (
                "It took too long for a page. Filter to fewer rows first, or sort by another column."
            )

    def say_busy(self) -> None:
        """Others ask at this moment."""
        self.problem = "Many people look into files at this moment. Try again in a few seconds."

    def _load(self, questions: TableConnection) -> None:
        if not self.columns.all:
            return
        where = condition(self.state.filters, self.columns)
        left_out = questions.join()
        self.notes += self.together.overlap_notes(left_out)
        self.facts = replace(self.facts, rows=self.facts.rows - left_out)
        self.matching = self.facts.rows
        if self.state.filters:
            counted = questions.query(f"SELECT count(*) FROM t WHERE {where.sql}", where.parameters)
            self.matching = int(counted[0][0])
        group = read_group(self.state.group, self.columns)
        if group:
            self.notes += self._notes_on_sums(group)
            if self.matching:
                grouped = read_grouped(questions, group, self.columns, self.state)
                self.groups = GroupedView(grouped, self.state, self.link)
            return
        if self.state.page_number > self.page_count:
            self.notes.append(f"Page {self.state.page_number} is past the end; this is the last page.")
            self.state = self.state.with_page(self.page_count)
        first = (self.state.page_number - 1) * self.state.page_size
        # Only the numbers of the rows are sorted: whole rows would not fit into the memory of a question.
        numbers = questions.query(
            f"SELECT file_row_number FROM t WHERE {where.sql} ORDER BY {order(self.state, self.columns)}"
            f" LIMIT {self.state.page_size} OFFSET {first}",
            where.parameters,
        )
        wanted = [int(number) for (number,) in numbers]
        if not wanted:
            return
        found = questions.rows(wanted, selected(self.columns))
        by_number = {row[0]: row[1:] for row in found}
        self._rows = [by_number[number] for number in wanted if number in by_number]

    def _notes_on_sums(self, group: Group) -> list[str]:
        """What a reader must know of the sums: those that are not there, and those of rounded numbers."""
        return [
            words
            for column in self.columns.all
            if column != group.column and (words := why_not_summed(column))
        ]

    @property
    def page_count(self) -> int:
        """How many pages the rows fill; an empty table has one."""
        return max(1, -(-self.matching // self.state.page_size))

    def link(self, state: PreparedTableState) -> str:
        """The page in another state."""
        return self._url + state.query_string()

    @property
    def url(self) -> str:
        """The page in this state."""
        return self.link(self.state)

    @property
    def all_rows_url(self) -> str:
        """The page without filters."""
        return self.link(self.state.without_filters())

    @property
    def hidden_parameters(self) -> list[tuple[str, str]]:
        """What a form carries along: everything but the page."""
        return self.state.with_page(1).parameters()

    @property
    def parameters_without_group(self) -> list[tuple[str, str]]:
        """What the choice of groupings carries along."""
        return replace(self.state.grouped_by(""), figure=self.state.figure).parameters()

    @property
    def parameters_without_currency(self) -> list[tuple[str, str]]:
        """What the choice of a currency carries along."""
        return replace(self.state, currency="").parameters()

    @property
    def path(self) -> str:
        """The page's address without a query, for its forms."""
        return self._url

    @property
    def _unsummed(self) -> list[str]:
        if self.state.currency:
            return []
        return [amount.column.name for amount in self.columns.amounts if not amount.has_currency]

    @property
    def needs_currency(self) -> bool:
        """Whether there are amounts that nobody knows the currency of."""
        return bool(self._unsummed)

    @property
    def unsummed_count(self) -> int:
        """How many such columns there are."""
        return len(self._unsummed)

    @property
    def amounts_without_currency(self) -> str:
        """Their names."""
        names = self._unsummed
        return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"

    @property
    def summable_links(self) -> list[ChoiceLink]:
        """Numbers whose names do not say that they are amounts: a link for each of the first, which sums it."""
        links = [
            ChoiceLink(column.name, self.link(self.state.with_sum(column.key)), is_current=False)
            for column in self.columns.all
            if column.unsummed == Unsummed.UNKNOWN
            and column.is_number
            and column.key not in self.state.summed
            if self.groups is None or column != self.groups.found.group.column
        ]
        return links[:_MOST_SUM_LINKS]

    @property
    def url_without_currency(self) -> str:
        """The page without the currency that the person named."""
        return self.link(replace(self.state, currency=""))

    @property
    def file_query(self) -> str:
        """The rows of all pages in this state, for a file."""
        return replace(self.state.grouped_by(""), page_size=DEFAULT_PAGE_SIZE).query_string()

    @cached_property
    def headers(self) -> list[Header]:
        """The heads of the columns; each sorts."""
        return [self._header(column) for column in self.columns.all]

    def _header(self, column: Column) -> Header:
        direction = ""
        if self.state.sort.removeprefix("-") == column.key and self.state.sort:
            direction = "descending" if self.state.sort.startswith("-") else "ascending"
        url = self.link(self.state.with_sort(column.key))
        return Header(column.name, "number" if column.is_number else "", url, direction)

    @cached_property
    def rows(self) -> list[Row]:
        """The rows of this page."""
        return [row_of(self.columns.all, values) for values in self._rows]

    @property
    def chips(self) -> list[Chip]:
        """The filters in force, in words."""
        return [
            Chip(filter_words(item, self.columns), self.link(self.state.without_filter(item)))
            for item in self.state.filters
        ]

    @property
    def other_chips(self) -> list[Chip]:
        """The exports that are taken together with the page's own one."""
        return [
            Chip(f"with {isolated(label)}", self.link(self.state.without_other(remote_id)))
            for remote_id, label in self.together.others
        ]

    @property
    def operators(self) -> list[tuple[str, str]]:
        """The operators of the form."""
        return list(OPERATOR_WORDS.items())

    @property
    def filter_columns(self) -> list[tuple[str, str]]:
        """The columns of the form, each with what its values are compared as."""
        return [(column.key, f"{column.name} ({_compared_as(column)})") for column in self.columns.all]

    @property
    def group_links(self) -> list[ChoiceLink]:
        """The rows, and the usual groupings of this file."""
        links = [ChoiceLink("Rows", self.link(self.state.grouped_by("")), not self.state.group)]
        links += [
            ChoiceLink(
                f"Per {choice.label.lower()}",
                self.link(self.state.grouped_by(choice.value)),
                choice.value == self.state.group,
            )
            for choice in self.columns.group_choices
        ]
        return links

    @property
    def other_groups(self) -> list[tuple[str, str]]:
        """Every way to group, for the select: value and words."""
        choices = []
        for column in self.columns.all:
            if column.is_time:
                choices += [(f"{p}:{column.key}", f"{p} of {column.name}") for p in ("day", "hour", "month")]
            else:
                choices.append((column.key, column.name))
        return choices

    @cached_property
    def pager(self) -> Pager:
        """Where this page lies in the table."""
        return Pager.numbered(
            self.state, self.link, rows=len(self._rows), total=self.matching, page_count=self.page_count
        )

    @property
    def summary(self) -> str:
        """What is shown, for the toolbar and for screen readers."""
        if self.problem:
            return "not read"
        if self.state.filters:
            return f"{self.matching:,} of {self.facts.rows:,} rows"
        return f"{self.facts.rows:,} {'row' if self.facts.rows == 1 else 'rows'}"


def _compared_as(column: Column) -> str:
    if column.is_time:
        zone = form_words(column.form)
        return f"time, {zone}" if zone else "time"
    return "number" if column.is_number else "ID" if column.kind == ID else "text"


def row_of(columns: Sequence[Column], values: Sequence[Any]) -> Row:
    """One row with its first cell as its head."""
    head = shortened(_shown(values[0]), _LONGEST_CELL) if values else ""
    cells = [_cell(column, value) for column, value in zip(columns[1:], values[1:], strict=True)]
    return Row("", head, "", cells, heads=[column.name for column in columns[1:]])


def _shown(value: Any) -> str:
    return MISSING if value is None or value == "" else str(value)


def _cell(column: Column, value: Any) -> Cell:
    if column.is_number:
        return Cell(shortened(_shown(value), _LONGEST_CELL), css="number")
    return text_cell(_shown(value), _LONGEST_CELL)
