"""System checks of every declaration against the contract: what is wrong stops the start and is named, with a hint."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from apps.api.contract.contract import builtin_contract, contract_file_problems
from apps.resources import registry
from apps.resources.declaration.attribute_types import class_name, missing_faults, nearest, type_faults
from apps.resources.declaration.checked_declaration import TWICE, CheckedDeclaration
from apps.resources.declaration.checks import declaration_faults
from apps.resources.declaration.form_checks import form_faults
from apps.resources.declaration.view_checks import shipped_view_faults
from apps.resources.resource import Resource

NO_OPERATIONS, CONTRACT_FILE, READ_IN_PART = "integr8.E001", "integr8.E014", "integr8.W015"


def register_checks() -> None:
    """Have Django run the checks with its own."""
    register(check_resources)


def check_resources(**options: Any) -> list[CheckMessage]:
    """Errors of all declarations, and warnings of contract files that are read in part."""
    messages: list[CheckMessage] = []
    for declared in registry.incomplete():
        messages += missing_faults(declared)
    for resource in registry.resources():
        faults = list(basic_faults(resource))
        # What the others build on comes first: they would say the same again, or break.
        messages += faults or _faults_in_parts(resource)
        messages += _read_in_part(resource)
    return messages


def _faults_in_parts(resource: Resource) -> list[Error]:
    return [
        *declaration_faults(resource),
        *form_faults(resource),
        *shipped_view_faults(CheckedDeclaration(resource)),
        *_clashes(resource),
    ]


def basic_faults(resource: Resource) -> Iterator[Error]:
    """What leaves a resource without pages: attributes of the wrong type, no operations, an unreadable file."""
    found = list(type_faults(resource))
    if found:
        yield from found
        return
    where, file = class_name(type(resource)), resource.contract_file
    if file is not None and (problem := contract_file_problems(file).error):
        yield Error(
            f"{where}.contract_file: {file} cannot be used. {problem}",
            hint="It is an OpenAPI 3 document in JSON or YAML; `manage.py contract check FILE` reads it.",
            id=CONTRACT_FILE,
        )
        return
    contract = builtin_contract()
    for role in ("list", "get"):
        if role not in contract.for_tag(resource.tag):
            tags = {operation.tag for operation in contract.operations.values() if operation.role == "list"}
            yield Error(
                f"{where}.tag: the contract has no {role} operation for the tag {resource.tag!r}",
                hint=nearest(resource.tag, tags - {resource.tag}, of_all="Tags with a list are"),
                id=NO_OPERATIONS,
            )


def _clashes(resource: Resource) -> Iterator[Error]:
    for other in registry.resources():
        if other is resource:
            break
        if other.tag == resource.tag:
            yield Error(
                f"{class_name(type(resource))}.tag: {class_name(type(other))} is made from {resource.tag!r} too",
                hint="One resource for each tag.",
                id=TWICE,
            )


def _read_in_part(resource: Resource) -> Iterator[CheckWarning]:
    file = resource.contract_file
    if file is not None:
        for problem in contract_file_problems(file).warnings:
            yield CheckWarning(f"{file}: {problem}", id=READ_IN_PART)


def has_pages(resource: Resource) -> bool:
    """Whether the declaration is whole enough to have addresses."""
    return not any(basic_faults(resource))
