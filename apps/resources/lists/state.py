"""The state of a list: read from its query string, written as one, and changed by every link of the list."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import tzinfo
from typing import Any

from django.http import QueryDict
from django.utils import timezone

from apps.api.contract.contract import Contract, Field
from apps.api.query import Filter, ListQuery
from apps.resources.lists.filter_values import expectation, fits, has_control_characters, is_time
from apps.resources.lists.time_filters import tighter
from apps.resources.lists.typed_filters import PARTS_OF_TEXT, SEVERAL, as_sent, values_of
from apps.saved_views.lists import COLUMNS, LONGEST_KEY, VIEW, fitting
from apps.text.direction import isolated
from apps.text.typed import is_blank, one_word
from apps.text.typed_numbers import AmbiguousNumber
from apps.ui.links import query_string
from apps.ui.paging import DEFAULT_PAGE_SIZE, read_number, read_page_size
from apps.ui.values import label_of, whole_number

#: (tag, condition) → the condition on ids, and why there is none.
LookUp = Callable[[str, Filter], tuple[Filter, str]]

# One word, with a digit in it: what looks like an id and not like a name.
#: How a reference is compared: by whole ids.
REFERENCE_OPERATORS = ("eq", "ne", "in")
NO_REFERENCES: Mapping[str, str] = {}
_ID = re.compile(r"[\w.:@-]{1,64}")


class FieldCatalogue:
    """Which fields of a resource can be filtered and sorted, dotted names of object fields included.

    Not the `hidden` ones, nor what the contract has as write-only: who may compare with a password can guess it.
    """

    def __init__(
        self,
        fields: Mapping[str, Field],
        contract: Contract,
        hidden: Collection[str] = (),
        references: Mapping[str, str] = NO_REFERENCES,
        label_of: Callable[[str], str] = label_of,
    ) -> None:
        shown = (field for name, field in fields.items() if name not in hidden)
        self._fields = dict(_flattened(shown))
        self.operators = contract.filter_operators
        #: Field → tag of the records that its values are the ids of.
        self.references = references
        self._label_of = label_of

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
        key = one_word(text).removeprefix("#")
        if "id" in self._fields and self._fields["id"].type == "integer":
            key = whole_number(key)
            return key if fits(key, self._fields["id"]) else ""
        return key if _ID.fullmatch(key) and any(sign.isdigit() for sign in key) else ""

    def problem_with(self, item: Filter) -> str | None:
        """Why the filter cannot be sent, in words; None when it can."""
        if not self.is_comparable(item.field):
            return f"There is no field “{item.field}” to filter by"
        if item.operator not in self.operators:
            return f"The API has no filter operator “{item.operator}”"
        label = f"“{self._label_of(item.field)}”"
        if has_control_characters(item.value):
            return f"A value to compare {label} with cannot hold control characters"
        field = self._fields[item.field]
        if item.operator in PARTS_OF_TEXT and not is_time(field):
            return None
        wrong = next((value for value in values_of(item) if not fits(value, field)), None)
        if wrong is not None:
            return f"“{isolated(wrong)}” is not {expectation(field)} for {label}"
        if item.operator == SEVERAL and any(map(is_blank, values_of(item))):
            return f"One of the values to compare {label} with is empty"
        return None

    def refers(self, item: Filter) -> str:
        """The tag of the records whose ids a condition compares with; "" for any other."""
        return self.references.get(item.field, "") if item.operator in REFERENCE_OPERATORS else ""

    def sent_for(self, item: Filter, zone: tzinfo) -> tuple[tuple[Filter, ...], str]:
        """The conditions to send for one of an address, and ""; or none, and in words why it cannot be sent."""
        if not self.is_comparable(item.field):
            return (), self.problem_with(item) or ""
        try:
            sent = as_sent(item, self._fields[item.field], zone)
        except AmbiguousNumber as doubt:
            return (), f"{self._label_of(item.field)}: {doubt}"
        if sent is None:
            problem = (
                self.problem_with(item)
                or f"The API cannot compare “{self._label_of(item.field)}” with a day that way"
            )
            return (), problem
        problem = next((words for one in sent if (words := self.problem_with(one))), "")
        return (() if problem else sent), problem


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
    #: Whether what is sent is written otherwise than the query string wrote it, as a day is in moments.
    is_rewritten: bool = False
    #: The view that the address names, and columns that it has of its own: the API gets neither.
    view: str = ""
    columns: tuple[str, ...] = ()

    @classmethod
    def from_query(
        cls,
        query: QueryDict,
        catalogue: FieldCatalogue,
        zone: tzinfo | None = None,
        look_up: LookUp | None = None,
    ) -> "ListState":
        """Read a query string; whatever cannot be sent to the API is left out and named in `problems`.

        Days and times without an offset are those of the zone; without one, of the zone that pages are shown in.
        `look_up` turns what was typed for records of a tag into ids, or says why not.
        """
        zone = zone or timezone.get_current_timezone()
        is_rewritten = False
        problems: list[str] = []
        filters: dict[tuple[str, str], Filter] = {}
        for name, values in query.lists():
            if len(values) > 1 and name != COLUMNS:
                problems.append(f"“{name}” stands {len(values)} times; the last one counts.")
            item = Filter.from_parameter(name, str(values[-1]))
            if item is None or is_blank(item.value):
                continue
            if item.field in catalogue.references and item.operator in PARTS_OF_TEXT:
                # A part of a name is looked up, as the whole name is: the API compares with ids.
                item = replace(item, operator="eq")
                is_rewritten = True
            tag = catalogue.refers(item) if look_up else ""
            if look_up and tag:
                item_sent, problem = look_up(tag, item)
            else:
                item_sent, problem = item, ""
            sent, unfit = catalogue.sent_for(item_sent, zone)
            problem = problem or unfit
            if problem:
                sent = ()
                problems.append(f"{problem.removesuffix('.')}; the filter was ignored.")
            is_rewritten |= not problem and sent != (item,)
            for one in sent:
                _add(filters, one, catalogue)
        sort = _read_sort(query.get("sort", ""), catalogue, problems)
        number = read_number(query, "page[number]", 1, problems)
        size = read_page_size(query, problems)
        known = {"sort", "page[number]", "page[size]", VIEW, COLUMNS}
        for name in query:
            if name not in known and Filter.from_parameter(name, "") is None:
                problems.append(f"“{name}” is not part of a list's address and was ignored.")
        view, columns = (
            str(query.get(VIEW, ""))[:LONGEST_KEY],
            fitting([str(name) for name in query.getlist(COLUMNS)]),
        )
        return cls(tuple(filters.values()), sort, number, size, tuple(problems), is_rewritten, view, columns)

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
        pairs += [(COLUMNS, name) for name in self.columns]
        if self.view:
            pairs.append((VIEW, self.view))
        return pairs

    def view_parameters(self) -> list[tuple[str, str]]:
        """What a view holds of them: filters, sort and page size."""
        return self._with(page_number=1, view="", columns=()).parameters()

    def query_string(self) -> str:
        """The canonical query string with its question mark; "" when everything is at its default."""
        return query_string(self.parameters())

    def with_sort(self, field: str) -> "ListState":
        """Sorted by the field: first up, then down, then as the API gives it; back on page one."""
        order: tuple[str, ...] = (field,)
        if self.sort[:1] == (field,):
            order = (f"-{field}",)
        elif self.sort[:1] == (f"-{field}",):
            order = ()
        return self._with(sort=order, page_number=1)

    def with_filter(self, item: Filter) -> "ListState":
        """With the filter, in the place of one on the same field and operator; back on page one."""
        others = tuple(f for f in self.filters if (f.field, f.operator) != (item.field, item.operator))
        return self._with(filters=(*others, item), page_number=1)

    def without_filter(self, item: Filter) -> "ListState":
        """Without the filter; back on page one."""
        return self.without_filters((item,))

    def without_filters(self, items: Collection[Filter]) -> "ListState":
        """Without these filters; back on page one."""
        return self._with(filters=tuple(f for f in self.filters if f not in items), page_number=1)

    def with_view(self, key: str) -> "ListState":
        """The same under the name of a view; "" for none."""
        return replace(self, view=key)

    def with_columns(self, columns: Sequence[str]) -> "ListState":
        """With these columns in the address."""
        return self._with(columns=tuple(columns))

    def with_page(self, number: int) -> "ListState":
        """Another page of the same list."""
        return self._with(page_number=number)

    def with_size(self, size: int) -> "ListState":
        """Pages of another size, from the first."""
        return self._with(page_size=size, page_number=1)

    def _with(self, **values: Any) -> "ListState":
        return replace(self, problems=(), is_rewritten=False, **values)

    def value_of(self, field: str, operator: str = "eq") -> str:
        """The value filtered by, or an empty text."""
        return next((f.value for f in self.filters if (f.field, f.operator) == (field, operator)), "")


def _add(filters: dict[tuple[str, str], Filter], item: Filter, catalogue: FieldCatalogue) -> None:
    """Keep a condition; of two bounds of a time, as those of a day and one given besides, the tighter one."""
    key = (item.field, item.operator)
    before = filters.get(key)
    filters[key] = tighter(before, item) if before and is_time(catalogue[item.field]) else item


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
