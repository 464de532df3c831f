"""Which resources can be imported from a file."""

from apps.api.contract.contract import builtin_contract
from apps.resources.resource import Resource


def can_be_imported(resource: Resource) -> bool:
    """Whether its records can be created or changed, and what a new one needs may stand in a file: no password."""
    operations = builtin_contract().for_tag(resource.tag)
    needed = [
        field.name
        for role in ("create", "update")
        if role in operations
        for field in operations[role].body_fields.values()
        if field.required
    ]
    return bool({"create", "update"} & operations.keys()) and not set(needed) & resource.form_class.passwords
