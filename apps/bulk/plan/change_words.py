"""A planned change in words: field by field, what is there and what will be."""

from collections.abc import Mapping
from typing import Any

from apps.api.contract.contract import Field, builtin_contract
from apps.resources.resource import Resource
from apps.resources.writes.bodies import field_at, is_never_told, is_same
from apps.resources.writes.change import Change
from apps.ui.cells import LONGEST_IN_TABLE
from apps.ui.columns import MoneyColumn
from apps.ui.contract_values import as_boolean, known_text
from apps.ui.values import MISSING, is_missing, money_text, shortened, text_of

#: In place of what no record tells, as a password.
HIDDEN = "(not shown)"


def change_words(resource: Resource, change: Change) -> list[tuple[str, str, str]]:
    """Label, old and new text of each field that changes; none where the record is archived.

    Values of a fixed set stand in the resource's words, references as ids, amounts with their currency where the
    change says it; a missing value is a dash, a very long text is cut.
    """
    fields, values = builtin_contract().record_fields(resource.tag), change.values or {}
    after = {**change.before, **values}
    words = []
    for name in values:
        field = field_at(fields, name)
        if is_never_told(name, field):
            words.append((resource.label_of(name), HIDDEN, HIDDEN))
        elif name not in change.before or not is_same(change.before[name], values[name], field):
            old, new = (_words(resource, name, field, record) for record in (change.before, after))
            words.append((resource.label_of(name), old, new))
    return words


def _words(resource: Resource, name: str, field: Field | None, record: Mapping[str, Any]) -> str:
    value = record.get(name)
    if is_missing(value):
        return MISSING
    money = _money_column(resource, name)
    if money is not None:
        currency = record.get(money.currency_field)
        return money_text(value) if is_missing(currency) else f"{money_text(value)} {text_of(currency)}"
    if field is None:
        return shortened(text_of(value), LONGEST_IN_TABLE)
    choices = dict(resource.value_choices(name, field))
    key = str(as_boolean(value)).lower() if field.type == "boolean" else text_of(value)
    return choices.get(key) or shortened(known_text(value, field), LONGEST_IN_TABLE)


def _money_column(resource: Resource, name: str) -> MoneyColumn | None:
    shown = [*resource.columns, *(field for panel in resource.panels for field in panel.fields)]
    return next((one for one in shown if isinstance(one, MoneyColumn) and one.field == name), None)
