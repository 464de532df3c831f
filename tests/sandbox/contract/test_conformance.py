"""Property tests made from the contract itself: whatever is asked, the sandbox answers as the contract says."""

import json
from collections.abc import Callable, Iterator

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.checks import not_a_server_error
from schemathesis.generation.hypothesis.builder import HypothesisTestConfig, HypothesisTestMode, create_test
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

from apps.sandbox.contract.routes import BUILTIN_CONTRACT
from tests.resources.every.places import known_ids
from tests.support.sandbox import Sandbox

CHECKS = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
)
# Addresses of records that exist, so that not every made-up request ends as a 404.
KNOWN_PATH = {**known_ids(1), "exportID": "exp-000002"}
KNOWN_QUERY = {
    "integration_id": "int-eu",
    "start_time": "2026-01-01 00:00:00",
    "end_time": "2026-01-02 00:00:00",
    "timezone": "Europe/Berlin",
    "delimiter": ";",
    "fields": "date_time,status",
    "artifact_name": "click_logs_int-eu_exp-000004.csv",
}

contract = schemathesis.openapi.from_dict(json.loads(BUILTIN_CONTRACT.read_text(encoding="utf-8")))
#: By the names of their tests: those that schemathesis names have all one name, and `pytest -n` runs one of a name.
OPERATIONS = {operation.label: operation for operation in (one.ok() for one in contract.get_all_operations())}
bounded = settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)

# Each value at its edges, each field left out: what is made up at random besides is the same for known records.
systematic = settings(bounded, phases=[Phase.explicit])


@pytest.fixture
def served(sandbox_server: Sandbox) -> Sandbox:
    """The sandbox with its first data for each operation, and no limit on exports."""
    sandbox_server.reset()
    sandbox_server.settings(exports_per_day=1_000_000)
    return sandbox_server


@pytest.fixture(scope="session")
def session() -> Iterator[requests.Session]:
    """Connections that stay open: each test sends a hundred requests."""
    with requests.Session() as kept:
        kept.trust_env = False
        yield kept


def ask(label: str, bounds: settings, look: Callable[[Case], None]) -> None:
    """Have `look` see each case that is made up for the operation."""

    @bounds
    def seen(case: Case) -> None:
        look(case)

    config = HypothesisTestConfig(modes=list(HypothesisTestMode), project=contract.config)
    create_test(operation=OPERATIONS[label], test_func=seen, config=config)()


@pytest.mark.parametrize("label", OPERATIONS)
def test_any_request_is_answered_as_the_contract_says(label, served, session):
    def look(case: Case) -> None:
        answer = case.call(base_url=served.base_url, headers={"API-KEY": served.admin_key}, session=session)
        case.validate_response(answer, checks=list(CHECKS))

    ask(label, bounded, look)


@pytest.mark.parametrize("label", OPERATIONS)
def test_requests_about_known_records_are_answered_as_the_contract_says(label, served, session):
    def look(case: Case) -> None:
        case.path_parameters = {name: KNOWN_PATH[name] for name in case.path_parameters or {}}
        query = dict(case.query or {})
        case.query = query | {name: value for name, value in KNOWN_QUERY.items() if name in query}
        answer = case.call(base_url=served.base_url, headers={"API-KEY": served.admin_key}, session=session)
        case.validate_response(answer, checks=list(CHECKS[:-1]))

    ask(label, systematic, look)
