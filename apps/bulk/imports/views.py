"""The pages of an import: upload, columns, check; the run that follows has pages of its own."""

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views import View
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.access import hold_to_service, signed_in_person
from apps.api.client import PAGE
from apps.bulk.imports.checking.checker import Check, Checker
from apps.bulk.imports.columns.mapping import Column, as_data, chosen, from_data, problems_of
from apps.bulk.imports.columns.targets import ID, Targets
from apps.bulk.imports.example_files import example_csv, example_workbook
from apps.bulk.imports.models import KEPT, ImportFile
from apps.bulk.imports.reading.tables import MOST_BYTES, MOST_ROWS, NotATable
from apps.bulk.imports.results import CheckResult
from apps.bulk.imports.stored_rows import unpacked
from apps.bulk.imports.uploads import take_in
from apps.bulk.instructions import Instruction, Kind
from apps.bulk.plan.starting import SelectionRefused, start_run_of_changes
from apps.connections.clients import connection_for_service
from apps.resources import registry
from apps.resources.files.values import CLEAR
from apps.resources.registry import parent_link
from apps.resources.request_scope import scope_of_request
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.ui.files.csv_files import csv_response, plain_file_name
from apps.ui.files.download_limits import limited_for_people
from apps.ui.paging import read_number

_SHOWN_PROBLEMS = 100
_SAY_WHICH = "Mend the rows below, or say that only the others are to be imported."
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadView(View):
    """The form that takes a file for one list."""

    http_method_names = ["get", "head", "post"]
    #: Given in the address table.
    resource: Resource = None  # type: ignore[assignment]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The form."""
        return self._page(request, scope_of_request(request, self.resource, path))

    def post(self, request: HttpRequest, **path: str) -> HttpResponse:
        """Take the file in and go on to its columns; why it cannot be read is said at the form."""
        scope = scope_of_request(request, self.resource, path)
        uploaded = request.FILES.get("file")
        if uploaded is None:
            return self._page(request, scope, "Choose a file first.", 422)
        try:
            file = take_in(
                signed_in_person(request),
                Targets(scope),
                scope.list_path,
                uploaded.name or "",
                uploaded.read(),
            )
        except NotATable as problem:
            return self._page(request, scope, str(problem), 422)
        return redirect(file)

    def _page(self, request: HttpRequest, scope: Scope, problem: str = "", status: int = 200) -> HttpResponse:
        path = scope.list_path
        context = {
            "resource": self.resource,
            "parent": parent_link(self.resource, path),
            "list_url": self.resource.url("list", path),
            "problem": problem,
            "examples": [
                (label, reverse(f"imports:{self.resource.name}_example_{kind}", kwargs=path))
                for kind, label in (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))
            ],
            "service_id": "" if "integrationID" in path else str(scope.connection.service_id),
            "most_rows": min(MOST_ROWS, settings.BULK_MAXIMUM_ROWS),
            "most_megabytes": MOST_BYTES // 1_000_000,
            "clear": CLEAR,
            "kept_hours": int(KEPT.total_seconds() // 3600),
        }
        return render(request, "imports/upload.html", context, status=status)


class ExampleView(View):
    """The template of a file for one list."""

    http_method_names = ["get", "head"]
    #: Both are given in the address table.
    resource: Resource = None  # type: ignore[assignment]
    kind: str = "csv"

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The template as an attachment."""
        targets = Targets(scope_of_request(request, self.resource, path))
        content = example_csv(targets) if self.kind == "csv" else example_workbook(targets)
        response = HttpResponse(content, content_type=_TYPES[self.kind])
        name = plain_file_name(f"{self.resource.name}_template")
        response["Content-Disposition"] = f'attachment; filename="{name}.{self.kind}"'
        return response


def _own(request: HttpRequest, file_id: uuid.UUID) -> tuple[ImportFile, Targets]:
    """The person's own file, and what its columns can go to. Raises `Http404` for any other, `NoConnection`."""
    person = signed_in_person(request)
    file = get_object_or_404(ImportFile.objects.select_related("service"), pk=file_id, owner=person)
    hold_to_service(request, file.service_id)
    if registry.by_name(file.resource_name) is None:
        raise Http404("no such resource any more")
    connection = connection_for_service(person, file.service)
    seconds = settings.PAGE_DEADLINE_SECONDS
    scope = Scope.through(connection, file.resource, file.path, profile=PAGE, seconds=seconds)
    return file, Targets(scope)


def _checked(file: ImportFile, targets: Targets, columns: Sequence[Column]) -> Check:
    return Checker(targets, columns).check(unpacked(bytes(file.content)))


@require_http_methods(["GET", "HEAD", "POST"])
def match_columns(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """Which column goes to which field; sent, all rows are checked."""
    file, targets = _own(request, file_id)
    columns = from_data(file.columns)
    if request.method != "POST":
        return _columns_page(request, file, targets, columns)
    columns = chosen(columns, targets, request.POST)
    problems = problems_of(columns, targets)
    if problems:
        return _columns_page(request, file, targets, columns, problems)
    result = CheckResult.of(_checked(file, targets, columns))
    file.columns, file.result = as_data(columns), result.as_data()
    file.save(update_fields=["columns", "result"])
    return redirect(file.check_url)


def _columns_page(
    request: HttpRequest,
    file: ImportFile,
    targets: Targets,
    columns: Sequence[Column],
    problems: Sequence[str] = (),
) -> HttpResponse:
    mapped = {column.target for column in columns}
    context = {
        "file": file,
        "resource": file.resource,
        "columns": [
            (
                column,
                [row[column.place] for row in file.sample if row[column.place]][:3],
                _is_number(targets, column),
            )
            for column in columns
        ],
        "choices": [
            (name, f"{targets.label(name)} ({name})" if name != ID else "ID") for name in targets.names()
        ],
        "problems": problems,
        "creates_all": ID not in mapped,
    }
    return render(request, "imports/columns.html", context, status=422 if problems else 200)


def _is_number(targets: Targets, column: Column) -> bool:
    field = targets.fields.get(column.target)
    is_reference = column.target in targets.resource.references
    return field is not None and field.type in ("number", "integer") and not is_reference


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """What came of the check; sent, the good rows become a run whose plan is shown next."""
    file, targets = _own(request, file_id)
    if file.result is None:
        return redirect(file)
    result = CheckResult.from_data(file.result)
    if request.method != "POST":
        return _check_page(request, file, result)
    only_good = request.POST.get("rows") == "good"
    if not result.good_count or (not result.is_good and not only_good):
        return _check_page(request, file, result, _SAY_WHICH)
    columns = from_data(file.columns)
    # Once more: names of records and what records hold are those of this moment.
    now = _checked(file, targets, columns)
    if now.bad_count and not only_good:
        file.result = CheckResult.of(now).as_data()
        file.save(update_fields=["result"])
        return redirect(file.check_url)
    try:
        run = start_run_of_changes(
            _nonce(file),
            signed_in_person(request),
            targets.scope.connection,
            file.resource,
            file.path,
            Instruction(Kind.IMPORT, file.name),
            now.changes(targets),
        )
    except SelectionRefused as refusal:
        return _check_page(request, file, result, str(refusal))
    return redirect(run)


def _nonce(file: ImportFile) -> uuid.UUID:
    """The same for a second click, another for other columns."""
    return uuid.uuid5(file.pk, json.dumps(file.columns, sort_keys=True))


def _check_page(
    request: HttpRequest, file: ImportFile, result: CheckResult, problem: str = ""
) -> HttpResponse:
    notes: list[str] = []
    number = read_number(request.GET, "page[number]", 1, notes)
    last = max(1, -(-len(result.problems) // _SHOWN_PROBLEMS))
    number = min(number, last)
    start = (number - 1) * _SHOWN_PROBLEMS
    context: dict[str, Any] = {
        "file": file,
        "resource": file.resource,
        "result": result,
        "problems": result.problems[start : start + _SHOWN_PROBLEMS],
        "problem": problem,
        "previous_url": f"?page[number]={number - 1}" if number > 1 else "",
        "next_url": f"?page[number]={number + 1}" if number < last else "",
        "number": number,
        "last": last,
    }
    return render(request, "imports/check.html", context, status=422 if problem else 200)


@require_safe
@limited_for_people
def problems_file(request: HttpRequest, file_id: uuid.UUID) -> HttpResponse:
    """All problems of the check as CSV; without a check the columns."""
    file, _targets = _own(request, file_id)
    if file.result is None:
        return redirect(file)
    result = CheckResult.from_data(file.result)
    rows = [(str(one.line), one.letters, one.header, one.value, one.words) for one in result.problems]
    return csv_response(f"{file.name}_problems", ("Row", "Column", "Header", "Value", "Problem"), rows)
