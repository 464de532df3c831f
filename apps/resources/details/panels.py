"""Groups of fields on a record's page."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils import timezone

from apps.api.contract.contract import Field
from apps.ui.cells import Cell
from apps.ui.columns import Column, NumberColumn, Record, RowContext, TimeColumn, UrlColumn
from apps.ui.values import is_missing, shortened, value_at

#: Characters from which a value gets a row of its own.
WIDE_FROM = 60
#: So many fields that the contract does not have are shown.
MAXIMUM_OTHERS = 200
#: What the title of their panel begins with.
OTHER_FIELDS = "Other fields"
_LONGEST_NAME = 100
NO_EXPLANATIONS: Mapping[str, str] = {}


class TextColumn(UrlColumn):
    """A text with its line breaks; an http or https address is a link, any other scheme stays text."""

    css = "multiline"


@dataclass(frozen=True)
class Fact:
    """One labelled value."""

    label: str
    cell: Cell
    #: What the term means; "" where the label says it.
    explanation: str = ""
    #: The dotted name of its field.
    field: str = ""
    #: What HTMX finds it by; "" for a fact that the contract does not name.
    id: str = ""
    #: Where its value alone is edited; "" where it is not, or not by this person.
    edit_url: str = ""
    #: Of the keys' table (apps.ui.keyboard.commands), for its pencil; "" for none of its own.
    command: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether the value needs a row of its own."""
        return len(self.cell.text) > WIDE_FROM or "\n" in self.cell.text


@dataclass(frozen=True)
class ShownPanel:
    """A panel as a page shows it."""

    title: str
    facts: Sequence[Fact]
    #: The section of the record's form that edits it; "" for none.
    edit_anchor: str = ""


class Panel:
    """A title and the fields below it: names, or columns where the contract's type does not say enough."""

    def __init__(self, title: str, *fields: str | Column) -> None:
        self.title = title
        self.fields = fields

    def field_names(self) -> list[str]:
        """The names of the fields the panel shows."""
        return [_name(field) for field in self.fields]


@dataclass(frozen=True)
class ChildrenPanel:
    """A table of another resource's records that lie below the record."""

    title: str
    #: The registered name of the other resource.
    resource: str
    #: What it means that there are none.
    empty: str


@dataclass(frozen=True)
class RelatedPanel:
    """A table of another resource's records whose field holds the record's id."""

    title: str
    #: The registered name of the other resource.
    resource: str
    field: str
    #: What it means that there are none.
    empty: str
    #: A switch of the record that says whether there may be any; "" for none.
    switch: str = ""
    #: What it means that there are some although the switch is off.
    despite: str = ""
    #: What somebody who may edit can do about that.
    remedy: str = ""


def fact_id(field: str) -> str:
    """The id of the element that shows a field of the contract on a record's page."""
    return f"fact-{field.replace('.', '-')}"


def with_pencils(
    panels: Iterable[ShownPanel], names: Sequence[str], url_of: Callable[[str], str]
) -> list[ShownPanel]:
    """The panels, the facts of these fields with the way to edit them; the key for it is that of the first."""
    return [
        replace(
            panel,
            facts=[
                replace(
                    fact,
                    edit_url=url_of(fact.field),
                    command="edit_value" if fact.field == names[0] else "",
                )
                if fact.field in names
                else fact
                for fact in panel.facts
            ],
        )
        for panel in panels
    ]


def column_for(field: Field, name: str, label: str) -> Column:
    """The column that suits a field's type in the contract."""
    if field.format == "date-time":
        return TimeColumn(name, label)
    if field.type in ("number", "integer"):
        return NumberColumn(name, label)
    return TextColumn(name, label)


def build_panels(
    panels: Sequence[Panel],
    record: Record,
    fields: Mapping[str, Field],
    context: RowContext,
    labels: Mapping[str, str],
    hidden: frozenset[str] = frozenset(),
    explanations: Mapping[str, str] = NO_EXPLANATIONS,
) -> list[ShownPanel]:
    """A record's panels: those declared, then the contract's other fields, then fields the contract has not.

    Fields named in `hidden`, and those that the contract has as write-only, are never shown.
    """
    hidden = hidden | {name for name, field in fields.items() if field.is_write_only}
    declared = {name for panel in panels for name in panel.field_names()}
    shown = {name.split(".")[0] for name in declared}
    built = [
        ShownPanel(
            panel.title,
            [
                replace(fact, explanation=explanations.get(fact.field, ""))
                for fact in _facts(
                    [f for f in panel.fields if _name(f) not in hidden], record, fields, context, labels
                )
            ],
        )
        for panel in panels
    ]
    more = [name for name in fields if name not in shown | hidden]
    if more:
        built.append(ShownPanel("More", list(_facts(more, record, fields, context, labels))))
    unknown = [
        name
        for name in record
        if name not in hidden and (name not in fields or _is_of_another_kind(record[name], fields[name]))
    ]
    nested = [
        f"{name}.{key}"
        for name, field in fields.items()
        if field.type == "object" and isinstance(value := record.get(name), Mapping)
        for key in value
        if key not in field.fields
    ]
    if unknown or nested:
        others = [*unknown, *nested]
        title = OTHER_FIELDS
        if len(others) > MAXIMUM_OTHERS:
            title = f"{OTHER_FIELDS}: {len(others):,}, the first {MAXIMUM_OTHERS} are shown"
        built.append(ShownPanel(title, [_unknown_fact(name, record) for name in others[:MAXIMUM_OTHERS]]))
    return built


def _name(field: str | Column) -> str:
    return field.field if isinstance(field, Column) else field


def _is_of_another_kind(value: Any, field: Field) -> bool:
    """Whether an object whose parts the page shows came as something without parts."""
    return bool(field.fields) and not isinstance(value, Mapping) and not is_missing(value)


def _unknown_fact(name: str, record: Record) -> Fact:
    value = value_at(record, name) if "." in name and name not in record else record.get(name)
    cell = TextColumn(name).cell_of(value, record, RowContext())
    return Fact(shortened(name, _LONGEST_NAME), cell, field=name)


def _facts(
    names: Iterable[str | Column],
    record: Record,
    fields: Mapping[str, Field],
    context: RowContext,
    labels: Mapping[str, str],
) -> Iterator[Fact]:
    """The facts of the fields, an object's one by one."""
    for item in names:
        for column in _columns(item, fields, labels):
            cell = column.cell(record, context)
            # Beside a single time its zone stands as the zone of a column stands above it.
            zone = timezone.get_current_timezone_name() if cell.moment else ""
            shown = replace(cell, suffix=zone) if zone else cell
            yield Fact(column.label, shown, field=column.field, id=fact_id(column.field))


def _columns(item: str | Column, fields: Mapping[str, Field], labels: Mapping[str, str]) -> Iterator[Column]:
    if isinstance(item, Column):
        yield item
        return
    field = fields.get(item)
    if field is None:
        yield TextColumn(item, labels.get(item, ""))
    else:
        yield from _columns_of(field, item, labels)


def _columns_of(field: Field, path: str, labels: Mapping[str, str]) -> Iterator[Column]:
    """The column of a field, or those of an object's parts."""
    if field.type == "object" and field.fields:
        for name, inner in field.fields.items():
            if not inner.is_write_only:
                yield from _columns_of(inner, f"{path}.{name}", labels)
    else:
        yield column_for(field, path, labels.get(path, ""))
