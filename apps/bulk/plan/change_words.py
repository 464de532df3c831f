"""What a change does to a record, field by field, for people to read."""

from apps.api.contract.contract import builtin_contract
from apps.resources.resource import Resource
from apps.resources.writes.bodies import field_at
from apps.resources.writes.change import Change
from apps.ui.contract_values import known_text
from apps.ui.values import is_missing, shortened, text_of

LONGEST = 120
NOTHING = "—"


def change_words(resource: Resource, change: Change) -> list[tuple[str, str, str]]:
    """For each field that is set: its label, what it held, and what it will hold; "—" for nothing."""
    return [
        (
            resource.label_of(name),
            _shown(resource, name, change.before.get(name)),
            _shown(resource, name, value),
        )
        for name, value in (change.values or {}).items()
    ]


def _shown(resource: Resource, name: str, value: object) -> str:
    if is_missing(value):
        return NOTHING
    word = str(value).lower() if isinstance(value, bool) else text_of(value)
    operations = builtin_contract().for_tag(resource.tag)
    operation = operations.get("update") or operations.get("create")
    field = field_at(operation.body_fields, name) if operation else None
    return resource.value_words(name).get(word) or shortened(known_text(value, field), LONGEST)
