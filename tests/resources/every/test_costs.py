"""How many calls of the API each page makes."""

import json
import os
from pathlib import Path

import pytest

from apps.api.contract.contract import builtin_contract
from apps.resources import registry
from apps.ui.columns import ReferenceColumn

pytestmark = pytest.mark.django_db
CALLS_FILE = Path(__file__).with_name("api_calls.json")


def test_the_api_calls_of_each_page_are_as_written_down(admin_client, resource, address, calls):
    made = {}
    for page in ["list", "list", "list?page[number]=2", "detail", "create", "edit", "archive", "filter"]:
        name, _, query = page.partition("?")
        suffix = (
            f"?filter_field={resource.search_field}" if name == "filter" else f"?{query}" if query else ""
        )
        response = admin_client.get(address(name) + suffix)
        assert response.status_code == 200
        made[f"{page}, names known" if page in made else page] = calls()
    written = json.loads(CALLS_FILE.read_text())
    if os.environ.get("REWRITE_API_CALLS"):
        CALLS_FILE.write_text(json.dumps({**written, resource.name: made}, indent=2) + "\n")
    elif resource.name in written:
        assert made == written[resource.name]
    else:
        assert {
            page: calls for page, calls in made.items() if not set(calls) <= may_be_asked(resource, page)
        } == {}
        assert max(map(len, made.values())) <= 2 + len(tags_named(resource)) + len(resource.children) + len(
            resource.related
        )


def tags_named(resource) -> set[str]:
    """The tags whose records' names its pages show."""
    shown = [*resource.columns, *(field for panel in resource.panels for field in panel.fields)]
    return {column.tag for column in shown if isinstance(column, ReferenceColumn)} | set(
        resource.form_class.references.values()
    )


def may_be_asked(resource, page: str) -> set[str]:
    """What a page of a resource that nothing is written down of may ask the API for, by its declaration."""
    contract = builtin_contract()

    def operations(tag: str, *roles: str) -> set[str]:
        return {contract.for_tag(tag)[role].id for role in roles if role in contract.for_tag(tag)}

    parent = registry.by_name(resource.parent)
    above = operations(parent.tag, "get") if parent and resource.inherited else set()
    names = {name for tag in tags_named(resource) for name in operations(tag, "list", "get")}
    if page.startswith("list"):
        return above | operations(resource.tag, "list") | (names if page == "list" else set())
    if page in ("create", "filter"):
        return above
    tables = [registry.named(panel.resource).tag for panel in (*resource.children, *resource.related)]
    below = {name for tag in tables for name in operations(tag, "list")} if page == "detail" else set()
    return above | operations(resource.tag, "get") | names | below
