"""System checks of the reports against the contract: an operation or a filter that is not there stops the start."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core.checks import CheckMessage, Error, register
from django.http import QueryDict
from django.utils import timezone

from apps.api.contract.contract import Operation, builtin_contract
from apps.api.export_records import LIST_EXPORTS
from apps.reports.query_parsing import QueryParser
from apps.reports.report_types import REPORT_TABLES, REPORT_TYPES, ReportType
from apps.reports.rows.columns import STATUS_BADGES
from apps.reports.state import FILTERS
from apps.resources import registry


def register_checks() -> None:
    """Have Django run the checks with its own."""
    register(check_reports)


def check_reports(**options: Any) -> list[CheckMessage]:
    """Errors of all reports, and of resources that filter them."""
    messages = [message for report in REPORT_TYPES.values() for message in _check(report)]
    for resource in registry.resources():
        if resource.report_filter and resource.report_filter not in FILTERS:
            messages.append(_error(f"{resource.report_filter!r} is no filter of the reports", resource))
    return [*messages, *_check_words()]


def _check_words() -> Iterator[CheckMessage]:
    """Each word by which the contract's list of exports calls a report must be one of ours."""
    parameter = builtin_contract().operation(LIST_EXPORTS).query_parameters.get("filter[type]")
    known = {word for report in REPORT_TYPES.values() for word in report.remote_types}
    for word in parameter.enum if parameter else ():
        if word not in known:
            yield _error(f"no report is called {word!r} in the list of exports", None)


def _check(report: ReportType) -> Iterator[CheckMessage]:
    operations = builtin_contract().operations
    wanted = {"export": report.operation_id}
    if report in REPORT_TABLES:
        wanted["report"] = report.table_operation_id
    for role, name in wanted.items():
        if name not in operations or operations[name].role != role:
            yield _error(f"the contract has no operation {name!r} with the role {role!r}", report)
        elif role == "report":
            parameters = operations[name].query_parameters
            for missing in [key for key in FILTERS if f"filter[{key}]" not in parameters]:
                yield _error(f"{name} has no filter {missing!r}", report)
            status = parameters.get("filter[status]")
            for value in status.enum if status else ():
                if value not in STATUS_BADGES:
                    yield _error(f"the status {value!r} has no badge", report)
            yield from _check_views(report, operations[name])


def _check_views(report: ReportType, operation: Operation) -> Iterator[CheckMessage]:
    """Each view that comes with a report must be one that people get as it is declared."""
    now = timezone.now()
    for view in report.views:
        query = QueryDict(urlencode(view.pairs(now.date())))
        read = QueryParser(query, report, operation, zone="UTC", now=now).read("any")
        for problem in [*read.problems, *read.errors.values()]:
            yield _error(f"the view {view.key!r}: {problem}", report)


def _error(words: str, what: object) -> Error:
    return Error(words, obj=what, id="integr8.E006")
