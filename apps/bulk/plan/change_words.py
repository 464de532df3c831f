"""A planned change in words: field by field, what is there and what will be."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.api.contract.contract import Field, builtin_contract
from apps.resources.references.name_cache import Names
from apps.resources.resource import Resource
from apps.resources.writes.bodies import field_at, is_never_told, is_same
from apps.resources.writes.change import Change
from apps.text.direction import isolated
from apps.ui.cells import LONGEST_IN_TABLE
from apps.ui.columns import MoneyColumn
from apps.ui.contract_values import as_boolean, known_text
from apps.ui.values import MISSING, is_missing, money_text, shortened, text_of

#: In place of what no record tells, as a password.
HIDDEN = "(not shown)"
NO_NAMES: Mapping[str, Names] = {}


def change_words(
    resource: Resource, change: Change, names: Mapping[str, Names] = NO_NAMES
) -> list[tuple[str, str, str]]:
    """Label, old and new text of each field that changes; none where the record is archived.

    Values of a fixed set stand in the resource's words, amounts with their currency where the change says it,
    references as their id behind the name that `names` has for it, by tag and id; a missing value is a dash, a very
    long text is cut.
    """
    fields, values = builtin_contract().record_fields(resource.tag), change.values or {}
    after = {**change.before, **values}
    words = []
    for name in values:
        field = field_at(fields, name)
        if is_never_told(name, field):
            words.append((resource.label_of(name), HIDDEN, HIDDEN))
        elif name not in change.before or not is_same(change.before[name], values[name], field):
            old, new = (_words(resource, name, field, record, names) for record in (change.before, after))
            words.append((resource.label_of(name), old, new))
    return words


def referred_ids(resource: Resource, changes: Iterable[Change]) -> dict[str, set[str]]:
    """Tag → ids of the records that the changes refer to, before and after."""
    ids: dict[str, set[str]] = {}
    for change in changes:
        values = change.values or {}
        for name, tag in resource.references.items():
            if name in values:
                told = (change.before.get(name), values[name])
                ids.setdefault(tag, set()).update(text_of(value) for value in told if not is_missing(value))
    return ids


def _words(
    resource: Resource,
    name: str,
    field: Field | None,
    record: Mapping[str, Any],
    names: Mapping[str, Names],
) -> str:
    value = record.get(name)
    if is_missing(value):
        return MISSING
    if known := names.get(resource.references.get(name, ""), {}).get(text_of(value)):
        return f"{isolated(known)} ({text_of(value)})"
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
