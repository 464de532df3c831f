"""How many calls of the API each page makes."""

import json
import os
from pathlib import Path

import pytest

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
    written = json.loads(CALLS_FILE.read_text()) if CALLS_FILE.exists() else {}
    if os.environ.get("REWRITE_API_CALLS"):
        CALLS_FILE.write_text(json.dumps({**written, resource.name: made}, indent=2) + "\n")
    else:
        assert made == written[resource.name]
