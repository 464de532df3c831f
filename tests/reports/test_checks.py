"""What the code of the reports and exports names, and the contract lacks, stops the start and is named."""

from dataclasses import replace

import pytest

from apps.api.contract.contract import Contract, builtin_contract
from apps.exports import checks as exports_checks
from apps.exports.checks import check_exports
from apps.reports import checks
from apps.reports.checks import check_reports
from apps.resources import registry


def without(contract: Contract, *operations: str) -> Contract:
    """The contract without some operations."""
    kept = {name: operation for name, operation in contract.operations.items() if name not in operations}
    return replace(contract, operations=kept)


def with_parameters(contract: Contract, name: str, **changed) -> Contract:
    """The contract with other query parameters of an operation; None takes one away."""
    operation = contract.operation(name)
    given = {**operation.query_parameters, **{f"filter[{key}]": one for key, one in changed.items()}}
    parameters = {key: one for key, one in given.items() if one is not None}
    changed_operation = replace(operation, query_parameters=parameters)
    return replace(contract, operations={**contract.operations, name: changed_operation})


@pytest.fixture
def reports_of(monkeypatch):
    """The messages about the reports where the contract is another one."""

    def messages(contract: Contract) -> list[tuple[str | None, str]]:
        monkeypatch.setattr(checks, "builtin_contract", lambda: contract)
        return [(message.id, message.msg) for message in check_reports()]

    return messages


def test_reports_and_exports_fit_the_contract():
    assert check_reports() == []
    assert check_exports() == []


@pytest.mark.parametrize(
    ("operation", "role"), [("downloadClicks", "export"), ("conversionReport", "report")]
)
def test_an_operation_of_a_report_that_is_not_there_is_named(reports_of, operation, role):
    assert reports_of(without(builtin_contract(), operation)) == [
        ("integr8.E006", f"the contract has no operation {operation!r} with the role {role!r}")
    ]


def test_a_filter_that_a_report_has_not_is_named(reports_of):
    contract = with_parameters(builtin_contract(), "clickReport", advertiser=None)
    assert reports_of(contract) == [("integr8.E006", "clickReport has no filter 'advertiser'")]


def test_a_status_without_a_badge_and_a_report_without_a_name_of_ours_are_named(reports_of):
    contract = builtin_contract()
    for operation, key, word in (
        ("conversionReport", "status", "Frozen"),
        ("listExports", "type", "payout_logs"),
    ):
        parameter = contract.operation(operation).query_parameters[f"filter[{key}]"]
        more = replace(parameter, enum=(*parameter.enum, word))
        contract = with_parameters(contract, operation, **{key: more})
    assert reports_of(contract) == [
        ("integr8.E006", "the status 'Frozen' has no badge"),
        ("integr8.E006", "no report is called 'payout_logs' in the list of exports"),
    ]


def test_a_resource_that_filters_reports_by_what_they_have_not_is_named(monkeypatch):
    monkeypatch.setattr(type(registry.named("offers")), "report_filter", "colour")
    assert [message.msg for message in check_reports()] == ["'colour' is no filter of the reports"]


def test_an_operation_of_the_download_center_that_is_not_there_is_named(monkeypatch):
    contract = without(builtin_contract(), "getExportUrl")
    monkeypatch.setattr(exports_checks, "builtin_contract", lambda: contract)
    assert [(message.id, message.msg) for message in check_exports()] == [
        ("integr8.E006", "the contract has no operation 'getExportUrl' with the role 'signed_url'")
    ]
