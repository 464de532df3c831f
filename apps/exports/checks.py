"""System checks of the exports against the contract: an operation that is not there stops the start."""

from typing import Any

from django.core.checks import CheckMessage, Error, register

from apps.api.contract.contract import builtin_contract
from apps.api.export_records import (
    DELETE_EXPORT,
    GET_EXPORT,
    GET_FILE_ADDRESS,
    GET_SHARED_FILE_ADDRESS,
    LIST_EXPORTS,
)

#: The operations that the code names, and what each must be.
OPERATIONS = {
    LIST_EXPORTS: "list",
    GET_EXPORT: "get",
    DELETE_EXPORT: "delete",
    GET_FILE_ADDRESS: "signed_url",
    GET_SHARED_FILE_ADDRESS: "signed_url",
}


def register_checks() -> None:
    """Have Django run the checks with its own."""
    register(check_exports)


def check_exports(**options: Any) -> list[CheckMessage]:
    """Errors of the download center's operations."""
    operations = builtin_contract().operations
    return [
        Error(f"the contract has no operation {name!r} with the role {role!r}", id="integr8.E006")
        for name, role in OPERATIONS.items()
        if name not in operations or operations[name].role != role
    ]
