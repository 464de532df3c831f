"""The state of a list is its query string, in the API's own words. Both ways, and every link of a list."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import QueryDict

from apps.api.contract import Contract, Field
from apps.api.query import Filter, ListQuery
from apps.resources.filter_values import expectation, fits, has_control_characters

PAGE_SIZES = (25, 50, 100)
DEFAULT_PAGE_SIZE = 50

_MULTIPLE_VALUE_OPERATORS = frozenset({"in"})
# One word, with a digit in it: what looks like an id and not like a name.
_ID = re.compile(r"[\w.:@-]{1,64}")


class FieldCatalogue:
    """Which fields of a resource can be filtered and sorted, dotted names of object fields included.

    Not the `hidden` ones, nor what the contract has as write-only: who may compare with a password can guess it.
    """

    def __init__(self, fields: Mapping[str, Field], contract: Contract, hidden: Collection[str] = ()) -> None:
        shown = (field for name, field in fields.items() if name not in hidden)
        self._fields = dict(_flattened(shown))
        self.operators = contract.filter_operators

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __contains__(self, name: object) -> bool:
        return name in self._fields

    @property
    def fields(self) -> Mapping[str, Field]:
        """The contract's fields by dotted name."""
        return self._fields

    def names(self) -> list[str]:
        """Every field name that has one value to compare with."""
        return [name for name in self._fields if self.is_comparable(name)]

    def is_comparable(self, name: str) -> bool:
        """Whether there is such a field and it has one value, so that a list can be filtered and sorted by it."""
        return name in self._fields and self._fields[name].type != "object"

    def can_hold(self, name: str, value: object) -> bool:
        """Whether a record may hold the value in the field, as far as the contract lists values."""
        field = self._fields[name]
        if field.type == "boolean":
            return isinstance(value, bool)
        return not field.enum or str(value) in field.enum

    def as_id(self, text: str) -> str:
        """The id that a text may be, without a leading #; "" for what no record can have as its id."""
        key = text.strip().removeprefix("#")
        if "id" in self._fields and self._fields["id"].type == "integer":
            return key if fits(key, self._fields["id"]) else ""
        return key if _ID.fullmatch(key) and any(sign.isdigit() for sign in key) else ""

    def problem_with(self, item: Filter) -> str | None:
        """Why the filter cannot be sent, in words; None when it can."""
        if not self.is_comparable(item.field):
            return f"There is no field “{item.field}” to filter by"
        if item.operator not in self.operators:
            return f"The API has no filter operator “{item.operator}”"
        if has_control_characters(item.value):
            return f"A value to compare “{item.field}” with cannot hold control characters"
        values = item.value.split(",") if item.operator in _MULTIPLE_VALUE_OPERATORS else [item.value]
        field = self._fields[item.field]
        if item.operator in ("contains", "starts_with"):
            return None
        wrong = next((value for value in values if not fits(value, field)), None)
        if wrong is None:
            return None
        return f"“{wrong}” is not {expectation(field)} for “{item.field}”"


def _flattened(fields: Iterable[Field], prefix: str = "") -> Iterable[tuple[str, Field]]:
    for field in fields:
        if field.is_write_only:
            continue
        yield prefix + field.name, field
        if field.type == "object":
            yield from _flattened(field.fields.values(), f"{prefix}{field.name}.")


@dataclass(frozen=True)
class ListState:
    """Filters, sort, page number and page size of a list; immutable, with a link for every change of it."""

    filters: tuple[Filter, ...] = ()
    sort: tuple[str, ...] = ()
    page_number: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    #: What the query string asked for and does not get, in words.
    problems: tuple[str, ...] = ()

    @classmethod
    def from_query(cls, query: QueryDict, catalogue: FieldCatalogue) -> "ListState":
        """Read a query string; whatever cannot be sent to the API is left out and named in `problems`."""
        problems: list[str] = []
        filters: dict[tuple[str, str], Filter] = {}
        for name, values in query.lists():
            if len(values) > 1:
                problems.append(f"“{name}” stands {len(values)} times; the last one counts.")
            item = Filter.from_parameter(name, str(values[-1]).strip())
            if item is None or not item.value:
                continue
            problem = catalogue.problem_with(item)
            if problem:
                problems.append(f"{problem}; the filter was ignored.")
            else:
                filters[item.field, item.operator] = item
        sort = _read_sort(query.get("sort", ""), catalogue, problems)
        number = read_number(query, "page[number]", 1, problems)
        size = read_page_size(query, problems)
        known = {"sort", "page[number]", "page[size]"}
        for name in query:
            if name not in known and Filter.from_parameter(name, "") is None:
                problems.append(f"“{name}” is not part of a list's address and was ignored.")
        return cls(tuple(filters.values()), sort, number, size, tuple(problems))

    def list_query(self) -> ListQuery:
        """The same as the API client's query."""
        return ListQuery(self.page_number, self.page_size, self.sort, self.filters)

    def parameters(self) -> list[tuple[str, str]]:
        """The canonical query parameters; what is at its default is left out."""
        pairs = [(item.name, item.value) for item in self.filters]
        if self.sort:
            pairs.append(("sort", ",".join(self.sort)))
        if self.page_number != 1:
            pairs.append(("page[number]", str(self.page_number)))
        if self.page_size != DEFAULT_PAGE_SIZE:
            pairs.append(("page[size]", str(self.page_size)))
        return pairs

    def query_string(self) -> str:
        """The canonical query string with its question mark; "?" when everything is at its default."""
        return query_string(self.parameters())

    def with_sort(self, field: str) -> "ListState":
        """Sorted by the field: first up, then down, then as the API gives it; back on page one."""
        order: tuple[str, ...] = (field,)
        if self.sort[:1] == (field,):
            order = (f"-{field}",)
        elif self.sort[:1] == (f"-{field}",):
            order = ()
        return replace(self, sort=order, page_number=1, problems=())

    def with_filter(self, item: Filter) -> "ListState":
        """With the filter, in the place of one on the same field and operator; back on page one."""
        others = tuple(f for f in self.filters if (f.field, f.operator) != (item.field, item.operator))
        return replace(self, filters=(*others, item), page_number=1, problems=())

    def without_filter(self, item: Filter) -> "ListState":
        """Without the filter; back on page one."""
        return replace(self, filters=tuple(f for f in self.filters if f != item), page_number=1, problems=())

    def with_page(self, number: int) -> "ListState":
        """Another page of the same list."""
        return replace(self, page_number=number, problems=())

    def with_size(self, size: int) -> "ListState":
        """Pages of another size, from the first."""
        return replace(self, page_size=size, page_number=1, problems=())

    def value_of(self, field: str, operator: str = "eq") -> str:
        """The value filtered by, or an empty text."""
        return next((f.value for f in self.filters if (f.field, f.operator) == (field, operator)), "")


def _read_sort(text: str, catalogue: FieldCatalogue, problems: list[str]) -> tuple[str, ...]:
    order: list[str] = []
    for term in filter(None, (part.strip() for part in text.split(","))):
        if not catalogue.is_comparable(term.removeprefix("-")):
            problems.append(f"There is no field “{term.removeprefix('-')}” to sort by; it was ignored.")
        elif term.removeprefix("-") in (other.removeprefix("-") for other in order):
            problems.append(f"“{term.removeprefix('-')}” is sorted by twice; the first one counts.")
        else:
            order.append(term)
    return tuple(order)


def read_number(query: Mapping[str, str], name: str, default: int, problems: list[str]) -> int:
    """A whole number of an address; the default where it is none, which `problems` then say."""
    text = query.get(name, "")
    if not text:
        return default
    if text.isascii() and text.isdigit() and len(text) <= 10 and 1 <= int(text) <= 10**9:
        return int(text)
    problems.append(f"{name} must be a whole number from 1; “{text[:40]}” was ignored.")
    return default


def read_page_size(query: Mapping[str, str], problems: list[str]) -> int:
    """How many rows a page has; a number that is not offered is named in `problems`."""
    size = read_number(query, "page[size]", DEFAULT_PAGE_SIZE, problems)
    if size in PAGE_SIZES:
        return size
    problems.append(f"A page has {', '.join(map(str, PAGE_SIZES))} rows; {size} was ignored.")
    return DEFAULT_PAGE_SIZE


def query_string(parameters: Sequence[tuple[str, str]]) -> str:
    """Parameters as a query string with its question mark, legible where that is safe."""
    return "?" + urlencode(parameters, safe="[],:@/")
