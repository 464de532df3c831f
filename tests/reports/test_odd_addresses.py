"""No address makes the page fail: whatever is typed is kept, left out in words, or asked of nobody."""

from urllib.parse import quote

import pytest

from tests.reports.conftest import address
from tests.reports.test_state import read

pytestmark = pytest.mark.django_db

ODD = ["", " ", "%00", "a/b", "..", "<b>", "é\u202e", "[]", "1e9", "-1", "9" * 300, "\ud7ff\U0001f600"]
NAMES = [
    "integration_id",
    "start_time",
    "end_time",
    "timezone",
    "filter[status]",
    "filter[offer_id]",
    "filter[publisher]",
    "page[size]",
    "page[after]",
    "page[before]",
    "position",
    "columns",
    "view",
    "row",
    "range",
    "filter[x][y]",
]


@pytest.mark.parametrize("name", NAMES)
def test_no_value_of_a_parameter_is_a_fault_of_ours(name):
    for value in ODD:
        query = f"integration_id=int-eu&{name}={value if value == '%00' else quote(value)}"
        state = read(query).state
        again = read(state.query_string().removeprefix("?"))
        assert again.state.api_parameters() == state.api_parameters()
        # Else a browser would be led round and round.
        assert again.is_canonical or again.problems or again.errors, query


@pytest.mark.parametrize("name", ["integration_id", "row", "columns", "filter[publisher]"])
def test_no_value_of_an_address_makes_the_page_fail(admin_client, sandbox, provokes_violations, name):
    # The API's answer is not the point; an empty page keeps this quick.
    body: dict[str, object] = {"data": {"data": [], "pageInfo": {}}}
    report = {"kind": "status", "operation": "conversionReport", "status": 200, "body": body, "times": None}
    sandbox.faults(report)
    for value in ODD:
        url = f"{address()}&{name}={value if value == '%00' else quote(value)}"
        response = admin_client.get(url, headers={"HX-Request": "true", "HX-Target": "drawer"})
        assert response.status_code in (200, 404, 422)
        response = admin_client.get(url)
        assert response.status_code in (200, 302, 404, 422), url
