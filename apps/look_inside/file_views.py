"""Views of files: the filtered rows, and the figures of groups; each asks the API whether the person may see them."""

from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from apps.accounts.access import signed_in_person
from apps.look_inside.access import AuthorizedExport, authorize
from apps.look_inside.columns import Columns
from apps.look_inside.combining import combined
from apps.look_inside.files.downloads import FileRequest, file_response
from apps.look_inside.files.figures import MOST_GROUPS, figures_response
from apps.look_inside.models import PreparedTable
from apps.look_inside.query.connection import Busy, QueryTimeout, TableGone, open_table
from apps.look_inside.query.grouped import read_grouped
from apps.look_inside.query.source import TableSource
from apps.look_inside.query.state import PreparedTableState, others_in, read_group
from apps.look_inside.table_directories import spill_directory
from apps.ui.files.download_limits import limited_for_people

FILE_FORMATS = {"csv": "CSV", "xlsx": "Excel", "parquet": "Parquet"}
FIGURE_FORMATS = {"csv": "CSV", "xlsx": "Excel"}
_BUSY = "Many files are being written at this moment. Try again in a few seconds."


@dataclass(frozen=True)
class _Wanted:
    """What a file is made of."""

    admitted: AuthorizedExport
    source: TableSource
    columns: Columns
    state: PreparedTableState
    has_mark: bool
    page_url: str


@require_GET
@limited_for_people
def rows_file(request: HttpRequest, service_id: UUID, remote_id: str, format_name: str) -> HttpResponseBase:
    """The filtered rows as a file. Raises `Http404` for an unknown format or when there is no table."""
    if format_name not in FILE_FORMATS:
        raise Http404("no such format")
    wanted = _wanted(request, service_id, remote_id)
    if isinstance(wanted, str):
        return redirect(wanted)
    file = FileRequest(
        wanted.source,
        spill_directory(),
        wanted.columns,
        wanted.state,
        format_name,
        wanted.has_mark,
    )
    try:
        return file_response(file, _file_name(wanted, "filtered" if wanted.state.filters else "rows"))
    except Busy:
        messages.warning(request, _BUSY)
        return redirect(wanted.page_url + wanted.state.query_string())


@require_GET
@limited_for_people
def figures_file(
    request: HttpRequest, service_id: UUID, remote_id: str, format_name: str
) -> HttpResponseBase:
    """The figures of the groups that the page shows, as a file; more groups than fit on a page."""
    if format_name not in FIGURE_FORMATS:
        raise Http404("no such format")
    wanted = _wanted(request, service_id, remote_id)
    if isinstance(wanted, str):
        return redirect(wanted)
    page = redirect(wanted.page_url + wanted.state.query_string())
    group = read_group(wanted.state.group, wanted.columns)
    if group is None:
        return page
    try:
        with open_table(wanted.source, spill_directory(), settings.PAGE_DEADLINE_SECONDS) as asked:
            asked.join()
            found = read_grouped(asked, group, wanted.columns, wanted.state, MOST_GROUPS)
    except (Busy, QueryTimeout):
        messages.warning(request, _BUSY)
        return page
    except TableGone:
        return page
    name = _file_name(wanted, f"per_{wanted.state.group}")
    return figures_response(found, format_name, name, has_mark=wanted.has_mark)


def _wanted(request: HttpRequest, service_id: UUID, remote_id: str) -> _Wanted | str:
    """What the address asks for; the address of the page where there is no table."""
    person = signed_in_person(request)
    admitted = authorize(person, service_id, remote_id)
    page_url = reverse("look_inside:open", args=[service_id, remote_id])
    table = PreparedTable.objects.filter(
        service_id=service_id,
        organisation=admitted.export.organisation,
        remote_id=remote_id,
        artifact_name=admitted.export.artifact_name,
    ).first()
    if not admitted.has_file or table is None or not table.is_ready:
        return page_url
    try:
        made = combined(person, admitted, table, others_in(request.GET))
    except TableGone:
        return page_url
    if made.waiting:
        return page_url + "?" + request.GET.urlencode()
    columns = made.facts.table_columns
    query = request.GET.copy()
    has_mark = query.pop("bom", ["1"])[-1] != "0"
    state = PreparedTableState.from_query(query, columns)
    return _Wanted(admitted, made.source, columns, state, has_mark, page_url)


def _file_name(wanted: _Wanted, what: str) -> str:
    export = wanted.admitted.export
    report = export.report_type.slug if export.report_type else "export"
    days = "_".join(part for part in (export.start[:10], export.end[:10]) if part)
    return "_".join(part for part in (report, export.integration_id[:60], days, what) if part)
