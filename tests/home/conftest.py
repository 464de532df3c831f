"""What the tests of search and trace share: rows of the sandbox's reports, and where the pages are."""

from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
import requests

from tests.resources.rules import calls

__all__ = ["calls"]

TIME_FORMAT = "%Y-%m-%d %H:%M:%S"
KINDS = ("click", "conversion", "impression")
REPORTS = {"click": "clicks", "conversion": "conversions", "impression": "impressions"}


def at(path: str, **parameters: str) -> str:
    """An address with its query."""
    return f"{path}?{urlencode(parameters)}"


def trace_of(transaction_id: str, **parameters: str) -> str:
    """The address of a trace in the EU network."""
    return at("/trace/", **{"integration_id": "int-eu", "id": transaction_id, **parameters})


def last(hours: float) -> dict[str, str]:
    """The parameters of a range up to now."""
    now = datetime.now(UTC)
    return {
        "start_time": (now - timedelta(hours=hours)).strftime(TIME_FORMAT),
        "end_time": now.strftime(TIME_FORMAT),
        "timezone": "UTC",
    }


@pytest.fixture(autouse=True)
def _only_cursors_are_refused(request):
    """No request may break the contract; that an id is no cursor is what a trace asks."""
    sandbox = request.getfixturevalue("sandbox") if "sandbox" in request.fixturenames else None
    yield
    if sandbox is not None:
        violations = [text for entry in sandbox.journal() for text in entry["violations"]]
        assert [text for text in violations if "is not a cursor of this report" not in text] == []


@pytest.fixture
def rows(sandbox):
    """A function that reads rows of a report from the sandbox itself, newest first."""

    def read(kind: str, integration: str = "int-eu", hours: float = 3, **more: str) -> list[dict]:
        answer = requests.get(
            f"{sandbox.base_url}/reports/v2/{kind}-table",
            {"integration_id": integration, "page[size]": "100", **last(hours), **more},
            headers={"API-KEY": sandbox.admin_key},
            timeout=60,
        )
        answer.raise_for_status()
        return answer.json()["data"]["data"]

    return read
