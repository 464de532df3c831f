"""The filters of a list in words, each with the address of the list without it."""

from collections.abc import Callable, Mapping

from django.utils import timezone

from apps.api.query import Filter
from apps.resources.lists.filter_values import is_time
from apps.resources.lists.state import FieldCatalogue, ListState
from apps.resources.lists.time_filters import by_field, spans
from apps.resources.lists.typed_filters import values_of
from apps.resources.resource import Resource
from apps.text.direction import isolated
from apps.text.typed import trimmed
from apps.ui.contract_values import known_text
from apps.ui.links import Chip

OPERATOR_WORDS = {
    "eq": "is",
    "ne": "is not",
    "gt": "is more than",
    "gte": "is at least",
    "lt": "is less than",
    "lte": "is at most",
    "in": "is one of",
    "contains": "contains",
    "starts_with": "starts with",
}
#: The same beside a field that holds a time.
TIME_OPERATOR_WORDS = {
    "eq": "on",
    "ne": "not on",
    "gt": "after",
    "gte": "on or after",
    "lt": "before",
    "lte": "on or before",
}
#: By tag: the names of the records that filters refer to, by their id.
Names = Mapping[str, Mapping[str, str]]


def filter_chips(
    resource: Resource,
    catalogue: FieldCatalogue,
    state: ListState,
    names: Names,
    search: tuple[str, str],
    url_of: Callable[[ListState], str],
) -> list[Chip]:
    """The chips of a list, field by field; conditions that are one day of the person's are one.

    `search` is field and operator of the search box; `url_of` gives the address of a state.
    """
    times = {item.field for item in state.filters if is_time(catalogue[item.field])}
    chips: list[Chip] = []
    zone = timezone.get_current_timezone()
    for name, conditions in by_field(state.filters).items():
        if name in times:
            chips += [
                Chip(
                    f"{resource.label_of(name)} {span.words} ({timezone.get_current_timezone_name()})",
                    url_of(state.without_filters(span.filters)),
                )
                for span in spans(conditions, zone)
            ]
            continue
        chips += [
            Chip(
                _in_words(resource, catalogue, item, names),
                url_of(state.without_filter(item)),
                (item.field, item.operator) == search,
            )
            for item in conditions
        ]
    return chips


def _in_words(resource: Resource, catalogue: FieldCatalogue, item: Filter, names: Names) -> str:
    label, words = resource.label_of(item.field), resource.value_words(item.field)
    field = catalogue[item.field]
    is_fixed = field.type == "boolean" or bool(field.enum or field.item_enum)
    if is_fixed and item.operator in ("eq", "ne", "in"):
        values = ", ".join(words.get(v) or known_text(v, field) for v in values_of(item))
    else:
        own_names = names.get(catalogue.refers(item), {})
        values = ", ".join(_value_words(value, words, own_names) for value in values_of(item))
    if item.operator == "eq":
        return f"{label}: {values}"
    return f"{label} {OPERATOR_WORDS.get(item.operator, item.operator)} {values}"


def _value_words(value: str, words: Mapping[str, str], names: Mapping[str, str]) -> str:
    """A value of a filter: a record by its name and id; blanks at a text's ends are seen by the quotes around it."""
    if names.get(value):
        return f"{isolated(names[value])} ({value})"
    if value in words:
        return words[value]
    return isolated(value) if value == trimmed(value) else f"“{isolated(value)}”"
