"""One page of a list as its template draws it: rows, heads, filters in words, pages, or why there is nothing."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from apps.api.answers.records import truncation_sentence
from apps.api.client import Page
from apps.api.errors import ApiError
from apps.api.query import Filter
from apps.resources.lists.cell_filters import CellFilters
from apps.resources.lists.filter_chips import OPERATOR_WORDS, filter_chips
from apps.resources.lists.known_rows import note_rows
from apps.resources.lists.refused_operators import INSTEAD
from apps.resources.lists.rows import record_rows
from apps.resources.lists.search_hints import hint_template_for
from apps.resources.lists.state import ListState
from apps.resources.lists.typed_filters import values_of
from apps.resources.references.records_with_names import list_with_names
from apps.resources.references.resolution import Resolution
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.text.direction import isolated
from apps.ui.columns import Column
from apps.ui.contract_values import known_text
from apps.ui.error_pages import ErrorDescription, counted_but_not_sent, describe
from apps.ui.links import LONGEST_CHOICE, Chip, ChoiceLink
from apps.ui.paging import Pager, rows_in_words
from apps.ui.tables import Header, Row, rows_html, selectable_rows_html, with_empty_ones
from apps.ui.values import shortened


@dataclass(frozen=True)
class QuickFilter:
    """A select above the table."""

    name: str
    label: str
    value: str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Choices:
    """Records that a text may mean, each with the address of the list by it."""

    text: str
    links: Sequence[ChoiceLink]


class ListResults:
    """What `_results.html` draws: one page of rows, or the reason why there are none."""

    def __init__(
        self, scope: Scope, state: ListState, list_url: str, columns: Sequence[Column] | None = None
    ) -> None:
        self.resource = scope.resource
        self.scope = scope
        self.state = state
        self._list_url = list_url
        #: The title's and those after it, in their order.
        self.columns = columns or scope.resource.columns
        self.page: Page | None = None
        self.error: ErrorDescription | None = None
        self.api_request_id: str | None = None
        self.rows: list[Row] = []
        self.notes: list[str] = list(state.problems)
        #: By tag: the names of records that rows and filters refer to.
        self.names: Mapping[str, Mapping[str, str]] = {}
        #: What was typed for another record and may mean several.
        self.choices: list[Choices] = []

    def load(self) -> None:
        """Read the page the state asks for; past the end the last page is read instead, and said so."""
        try:
            self._read(self.state)
            last = self.page.total_page if self.page else None
            if not self.rows and last and self.state.page_number > last:
                self.notes.append(f"Page {self.state.page_number} is past the end; this is the last page.")
                self.state = self.state.with_page(last)
                self._read(self.state)
            if not self.rows and self.page and self.page.total_count:
                self.error = counted_but_not_sent(self.page.total_count)
        except ApiError as error:
            self.error = describe(error)
            self.api_request_id = error.request_id

    def _read(self, state: ListState) -> None:
        columns = self.columns
        asked, asked_at = state.list_query(), time.time()
        self.page, answered, context = list_with_names(self.scope, asked, columns, self._referred())
        self.names = context.names
        if answered.filters != asked.filters:
            self.state = replace(state, filters=answered.filters)
            self.notes += self._searched_instead(asked.filters, answered.filters)
        if self.page.truncated:
            self.notes.append(truncation_sentence(self.page.truncated))
        self.rows = record_rows(self.scope, self.page.records, columns, context, self._cell_filters)
        note_rows(self.scope, self.page.records, context, asked_at)

    def _referred(self) -> dict[str, list[str]]:
        """The ids that the filters name, by tag."""
        ids: dict[str, list[str]] = {}
        for item in self.state.filters:
            if tag := self.scope.catalogue.refers(item):
                ids.setdefault(tag, []).extend(values_of(item))
        return ids

    def add_choices(self, item: Filter, resolution: Resolution) -> None:
        """Offer the records that a text of a filter may mean."""
        links = [
            ChoiceLink(
                f"{isolated(shortened(choice.title, LONGEST_CHOICE))} ({choice.record_id})",
                self._link(self.state.with_filter(replace(item, value=choice.record_id))),
                is_current=False,
            )
            for choice in resolution.choices
        ]
        if links:
            self.choices.append(Choices(resolution.text, links))

    def _searched_instead(self, asked: Sequence[Filter], answered: Sequence[Filter]) -> list[str]:
        return [
            f"The API does not search for a part of a text: these have “{isolated(new.value)}” as their whole"
            f" {self.resource.label_of(new.field)}."
            for old, new in zip(asked, answered, strict=True)
            if old != new
        ]

    @property
    def status(self) -> int:
        """The HTTP status of the answer."""
        return self.error.status if self.error else 200

    @property
    def retry_after(self) -> int | None:
        """Seconds the API asks to wait, if it failed with such a wish."""
        return self.error.retry_after if self.error else None

    @cached_property
    def retry_url(self) -> str:
        """The same list once more."""
        return self._link(self.state)

    def _link(self, state: ListState) -> str:
        return self._list_url + state.query_string()

    @cached_property
    def query(self) -> str:
        """The state as a query string, to come back to."""
        return self.state.query_string()

    @cached_property
    def matching_query(self) -> str:
        """The filters alone as a query string: what says which records match."""
        return ListState(self.state.filters).query_string()

    @property
    def has_more_than_shown(self) -> bool:
        """Whether more records match than stand on this page."""
        total = self.page.total_count if self.page else None
        return total is not None and total > len(self.rows)

    @property
    def hidden_parameters(self) -> list[tuple[str, str]]:
        """The parameters that the search form sends as hidden inputs: all but those it has inputs for."""
        own = {self.search_name, "page[number]", *(f"filter[{name}]" for name in self.resource.quick_filters)}
        return [(name, value) for name, value in self.state.parameters() if name not in own]

    @property
    def all_parameters(self) -> list[tuple[str, str]]:
        """The whole state but the page number, for the add-filter form."""
        return [(name, value) for name, value in self.state.parameters() if name != "page[number]"]

    @property
    def search_name(self) -> str:
        """The search box's parameter."""
        return Filter(self.resource.search_field, self._search_operator).name

    @cached_property
    def _search_operator(self) -> str:
        """The declared one, or what the API takes in its place."""
        wanted = self.resource.search_operator
        return wanted if wanted in self.scope.offered_operators else INSTEAD.get(wanted, wanted)

    @property
    def search_label(self) -> str:
        """What the search box looks for."""
        return f"{self.resource.label_of(self.resource.search_field)} {OPERATOR_WORDS[self._search_operator]}"

    @property
    def search_value(self) -> str:
        """What the search box holds."""
        return self.state.value_of(self.resource.search_field, self._search_operator)

    @property
    def hint_template(self) -> str:
        """The template that says where else to look for what was searched for; "" where no app has such a hint."""
        return hint_template_for(self.search_value)

    @property
    def rows_html(self) -> SafeString:
        """The rows, drawn."""
        return rows_html(self.rows)

    @property
    def selectable_rows_html(self) -> SafeString:
        """The rows with their check boxes, drawn."""
        return selectable_rows_html(self.rows)

    @cached_property
    def headers(self) -> list[Header]:
        """The heads of the columns; one that no row fills is narrow."""
        heads = [self._header(column) for column in self.columns]
        return [heads[0], *with_empty_ones(heads[1:], self.rows)]

    @cached_property
    def _cell_filters(self) -> CellFilters:
        return CellFilters(self.scope)

    def _header(self, column: Column) -> Header:
        is_sortable = column.is_sortable and self.scope.catalogue.is_comparable(column.field)
        first = self.state.sort[0] if self.state.sort else ""
        order = {column.field: "ascending", f"-{column.field}": "descending"}.get(first, "")
        url = self._link(self.state.with_sort(column.field)) if is_sortable else ""
        return Header(column.heading, column.css, url, order, self._cell_filters.parameter(column))

    @cached_property
    def chips(self) -> list[Chip]:
        """The filters in words."""
        search = (self.resource.search_field, self._search_operator)
        return filter_chips(self.resource, self.scope.catalogue, self.state, self.names, search, self._link)

    @cached_property
    def quick_filters(self) -> list[QuickFilter]:
        """The selects above the table."""
        return [
            self._quick_filter(name) for name in self.resource.quick_filters if name in self.scope.catalogue
        ]

    def _quick_filter(self, name: str) -> QuickFilter:
        label = self.resource.label_of(name)
        field, value = self.scope.catalogue[name], self.state.value_of(name)
        choices = [("", f"{label}: any"), *self.resource.value_choices(name, field)]
        if value not in dict(choices):
            choices.append((value, known_text(value, field)))
        return QuickFilter(f"filter[{name}]", label, value, tuple(choices))

    @property
    def filter_options(self) -> SafeString:
        """The fields the add-filter form offers, as the options of its select."""
        return _field_options(self.resource, tuple(self.scope.catalogue.names()))

    @property
    def operators(self) -> list[tuple[str, str]]:
        """The contract's filter operators in words."""
        return [(name, OPERATOR_WORDS.get(name, name)) for name in self.scope.offered_operators]

    @cached_property
    def pager(self) -> Pager:
        """Where this page lies in the list."""
        return Pager.numbered(
            self.state,
            self._link,
            rows=len(self.rows),
            total=self.page.total_count if self.page else None,
            page_count=self.page.total_page if self.page else None,
        )

    @property
    def summary(self) -> str:
        """What is shown, for the heading and for screen readers: "1–50 of 1,284", "5 rows" where that is all."""
        if self.error:
            return "not read"
        pager = self.pager
        if not self.rows:
            return "none"
        if pager.is_all:
            return rows_in_words(len(self.rows))
        rows = f"{pager.first:,}–{pager.last:,}"
        return rows if pager.total is None else f"{rows} of {pager.total:,}"


@lru_cache(maxsize=128)
def _field_options(resource: Resource, names: tuple[str, ...]) -> SafeString:
    """The same on every page of a list, so drawn once."""
    labels = sorted(((name, resource.label_of(name)) for name in names), key=lambda pair: pair[1].lower())
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        ((name, " selected" if name == resource.search_field else "", label) for name, label in labels),
    )
