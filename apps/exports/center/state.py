"""The state of the download center is its query string: whose exports, of which service, and the API's filters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.http import QueryDict
from django.urls import reverse

from apps.api.contract.contract import Contract, Parameter
from apps.api.export_records import LIST_EXPORTS
from apps.api.query import Filter, ListQuery
from apps.exports.remote.statuses import remote_state
from apps.resources.lists.filter_values import as_written, expectation, fits, has_control_characters
from apps.text.typed_numbers import AmbiguousNumber
from apps.ui.links import Chip, query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE, read_number, read_page_size
from apps.ui.values import label_of

ALL, MINE = "all", "mine"
STATUS = "filter[status]"

_DATE_WORDS = ("start_date", "end_date")
#: The last words of a filter's field → what a person calls it. Any other is called by its own name.
_LABELS = {
    "offer_id.equalvalues": "Offer IDs",
    "publisher.equalvalues": "Publishers",
    "advertiser.equalvalues": "Advertisers",
    "integration_id.equalvalues": "Integrations",
    "start_date": "Range starts",
    "end_date": "Range ends",
    "results_meta.total": "Rows",
    "results_meta.duration_seconds": "Seconds taken",
}
_OPERATORS = {"gte": "at least", "lte": "at most", "gt": "more than", "lt": "less than", "ne": "not"}


@dataclass(frozen=True)
class FilterInput:
    """One documented filter of the list, as the form shows it."""

    name: str
    label: str
    values: tuple[str, ...]
    choices: tuple[str, ...]
    is_array: bool
    is_number: bool
    is_date: bool

    @property
    def text(self) -> str:
        """What a text box holds: several values are separated by commas."""
        return ", ".join(self.values)

    @property
    def choice_labels(self) -> list[tuple[str, str]]:
        """The contract's words, and how they read."""
        if self.name == STATUS:
            # As the rows call it.
            return [
                (choice, remote_state(choice).words.removeprefix("? ").capitalize())
                for choice in self.choices
            ]
        return [(choice, choice.replace("_", " ").capitalize()) for choice in self.choices]


class FilterCatalogue:
    """The filters that the contract documents for the list of exports."""

    def __init__(self, contract: Contract) -> None:
        parameters = contract.operation(LIST_EXPORTS).query_parameters
        self._parameters = {
            name: parameter for name, parameter in parameters.items() if name.startswith("filter[")
        }

    def __contains__(self, name: object) -> bool:
        return name in self._parameters

    def __getitem__(self, name: str) -> Parameter:
        return self._parameters[name]

    def names(self) -> Iterable[str]:
        """The parameters' names, in the contract's order."""
        return self._parameters

    def problem_with(self, name: str, value: str) -> str | None:
        """Why the value cannot be sent, in words; None when it can."""
        parameter = self._parameters[name]
        label = label_of_filter(name)
        if has_control_characters(value):
            return f"{label}: a value cannot hold control characters"
        # The contract calls the days of a range texts.
        field = replace(parameter, format="date-time") if is_date(name) else parameter
        if not fits(value, field):
            return f"{label}: “{value[:40]}” is not {expectation(field)}"
        return None


def label_of_filter(name: str) -> str:
    """A filter in words: `filter[results_meta.total][gte]` → "Rows at least"."""
    item = Filter.from_parameter(name, "")
    if item is None:
        return name
    known = next((label for end, label in _LABELS.items() if item.field.endswith(end)), "")
    operator = "" if item.operator == "eq" else f" {_OPERATORS.get(item.operator, item.operator)}"
    return (known or label_of(item.field)) + operator


def is_date(name: str) -> bool:
    """Whether the filter takes a day, perhaps with a time."""
    item = Filter.from_parameter(name, "")
    return item is not None and item.field.endswith(_DATE_WORDS)


@dataclass(frozen=True)
class CenterQuery:
    """Which exports are looked at; immutable, with a link for every change of it."""

    tab: str = ALL
    #: The service's id when the person has several; "" for the first.
    service: str = ""
    filters: tuple[Filter, ...] = ()
    page_number: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    #: What the address asks for and does not get, in words.
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict, catalogue: FilterCatalogue | None) -> "CenterQuery":
        """Read a query string; what cannot be sent is left out and named. Without a catalogue no filter is known."""
        problems: list[str] = []
        filters: list[Filter] = []
        for name, values in query.lists():
            if name in ("tab", "service", "page[number]", "page[size]"):
                continue
            if catalogue is None or name not in catalogue:
                problems.append(f"“{name[:80]}” is not a filter of the API's list and was ignored.")
                continue
            filters += _filters_of(name, values, catalogue, problems)
        return cls(
            tab=MINE if query.get("tab") == MINE else ALL,
            service=str(query.get("service", "")),
            filters=tuple(dict.fromkeys(filters)),
            page_number=read_number(query, "page[number]", 1, problems),
            page_size=read_page_size(query, problems),
            problems=tuple(problems),
        )

    def list_query(self) -> ListQuery:
        """The same as the API client's query."""
        return ListQuery(self.page_number, self.page_size, filters=self.filters)

    @property
    def is_first_of_all(self) -> bool:
        """Whether it asks for the newest exports whatever they are."""
        return self.tab == ALL and self.page_number == 1 and not self.filters

    def url(self) -> str:
        """The page at its canonical address."""
        pairs = [("tab", self.tab)] if self.tab != ALL else []
        pairs += [("service", self.service)] if self.service else []
        pairs += [(item.name, item.value) for item in self.filters]
        pairs += [("page[number]", str(self.page_number))] if self.page_number != 1 else []
        pairs += [("page[size]", str(self.page_size))] if self.page_size != DEFAULT_PAGE_SIZE else []
        return reverse("exports:list") + query_string(pairs)

    def with_tab(self, tab: str) -> "CenterQuery":
        """The other tab, of the same service, from its first page."""
        return CenterQuery(tab=tab, service=self.service, page_size=self.page_size)

    def with_service(self, service: str) -> "CenterQuery":
        """The exports of another service, from the first page."""
        return CenterQuery(tab=self.tab, service=service, page_size=self.page_size)

    def with_page(self, number: int) -> "CenterQuery":
        """Another page of the same list."""
        return replace(self, page_number=number, problems=())

    def with_size(self, size: int) -> "CenterQuery":
        """Pages of another size, from the first."""
        return replace(self, page_size=size, page_number=1, problems=())

    def without_filters(self) -> "CenterQuery":
        """The same list unfiltered."""
        return replace(self, filters=(), page_number=1, problems=())

    def chips(self) -> list[Chip]:
        """Each value that is filtered by, with the address without it."""
        found = []
        for item in self.filters:
            others = tuple(other for other in self.filters if other != item)
            url = replace(self, filters=others, page_number=1, problems=()).url()
            found.append(Chip(f"{label_of_filter(item.name)}: {item.value}", url))
        return found

    def inputs(self, catalogue: FilterCatalogue) -> list[FilterInput]:
        """The filter form's controls, in the contract's order, with what is in force."""
        return [self._input(name, catalogue[name]) for name in catalogue.names()]

    def _input(self, name: str, parameter: Parameter) -> FilterInput:
        return FilterInput(
            name=name,
            label=label_of_filter(name),
            values=tuple(item.value for item in self.filters if item.name == name),
            choices=tuple(parameter.enum),
            is_array=parameter.type == "array",
            is_number=parameter.type in ("integer", "number"),
            is_date=is_date(name),
        )

    def hidden_inputs(self) -> list[tuple[str, str]]:
        """What the filter form carries along: everything that is no control of its own."""
        pairs = {"service": self.service, "page[size]": str(self.page_size)}
        defaults = {"service": "", "page[size]": str(DEFAULT_PAGE_SIZE)}
        return [(name, value) for name, value in pairs.items() if value != defaults[name]]

    def values_of(self, ending: str) -> list[str]:
        """The values of the filter whose field ends so."""
        return [item.value for item in self.filters if item.field.endswith(ending)]


def _filters_of(
    name: str, values: Sequence[object], catalogue: FilterCatalogue, problems: list[str]
) -> list[Filter]:
    """The conditions of one parameter: an array's values each, of any other the last one."""
    is_array = catalogue[name].type == "array"
    texts = [str(value) for value in values]
    texts = [part for text in texts for part in text.split(",")] if is_array else texts[-1:]
    found = []
    for text in filter(None, (text.strip() for text in texts)):
        try:
            value = as_written(text, catalogue[name])
            problem = catalogue.problem_with(name, value)
        except AmbiguousNumber as doubt:
            problem = f"{label_of_filter(name)}: {str(doubt).removesuffix('.')}"
        if problem:
            problems.append(f"{problem}; the filter was ignored.")
        elif item := Filter.from_parameter(name, value):
            found.append(item)
    return found
