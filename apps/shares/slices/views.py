"""*Share these rows*: what a guest will see, before the link to it is made."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.step_up.proof import demand_fresh_proof
from apps.accounts.unsent_forms import restores_unsent_form, take_unsent_form
from apps.connections.models import Service
from apps.exports.remote.export import RemoteExport
from apps.look_inside.access import authorize
from apps.look_inside.parquet_table import read_facts
from apps.look_inside.personal_data import source_for
from apps.look_inside.query.connection import Busy, QueryTimeout, TableGone, open_table
from apps.look_inside.query.state import PreparedTableState
from apps.look_inside.table_directories import directory_of, spill_directory
from apps.look_inside.tables import table_of
from apps.schedules.models import Schedule
from apps.shares.link_pages import link_of
from apps.shares.slices.contents import SliceContents, offered_columns
from apps.shares.slices.creation import create_slice
from apps.shares.slices.forms import SliceForm

COLUMN = "column"


@restores_unsent_form
@require_http_methods(["GET", "HEAD", "POST"])
def share_rows(request: HttpRequest, service_id: uuid.UUID, remote_id: str) -> HttpResponse:
    """The rows and columns of the address, as a guest will see them, and the form that makes the link."""
    person = signed_in_person(request)
    admitted = authorize(person, service_id, remote_id)
    page = reverse("look_inside:open", args=[service_id, remote_id])
    table = table_of(person, admitted, remote_id) if admitted.has_file else None
    if table is None or not table.is_ready:
        return redirect(page)
    try:
        columns = read_facts(directory_of(table)).table_columns
        state, wanted = _asked(request.GET, columns)
        chosen = [one for one in columns.all if one.key in wanted] if wanted else offered_columns(columns)
        contents = SliceContents(columns, chosen, state)
        source = source_for(admitted, directory_of(table), columns)
        with open_table(source, spill_directory(), settings.PAGE_DEADLINE_SECONDS) as asked:
            contents.load(asked)
    except (OSError, ValueError, TableGone):
        return redirect(page)
    except (Busy, QueryTimeout):
        messages.warning(
            request, "The rows could not be counted in time. Try again, or filter to fewer rows."
        )
        return redirect(page + "?" + request.GET.urlencode())
    export = admitted.export
    schedules = _schedules(person, export)
    if request.method != "POST":
        unsent = take_unsent_form(request)
        first = {"nonce": uuid.uuid4()}
        form = (
            SliceForm(unsent, schedules=schedules)
            if unsent
            else SliceForm(initial=first, schedules=schedules)
        )
        return _page(request, export, contents, form)
    form = SliceForm(request.POST, schedules=schedules)
    if contents.problem and form.is_valid():
        form.add_error(None, contents.problem)
    if not form.is_valid():
        return _page(request, export, contents, form, status=422)
    demand_fresh_proof(request)
    service = Service.objects.get(pk=service_id)
    made = create_slice(person, service, export, contents, form.cleaned_data)
    if made is None:
        messages.info(
            request,
            "This link was made already. It is shown only once: revoke it and make another if you lost it.",
        )
        return redirect("shares:manage", service_id, remote_id)
    return render(
        request, "shares/rows_made.html", {"export": export, "made": made.share, "link": link_of(made)}
    )


def _asked(query: QueryDict, columns: Any) -> tuple[PreparedTableState, set[str]]:
    """The rows that the address asks for, and the keys of the columns it names."""
    rest = query.copy()
    wanted = set(rest.pop(COLUMN, []))
    state = PreparedTableState.from_query(rest, columns)
    return state.grouped_by("").with_page(1).alone(), wanted


def _schedules(person: User, export: RemoteExport) -> Any:
    """The person's schedules whose files have the same kind of rows."""
    report = export.report_type.slug if export.report_type else ""
    return Schedule.objects.filter(
        owner=person, service_id=export.service_id, report=report, integration_id=export.integration_id
    )


def _page(
    request: HttpRequest, export: RemoteExport, contents: SliceContents, form: SliceForm, status: int = 200
) -> HttpResponse:
    state = contents.state
    context: dict[str, Any] = {
        "export": export,
        "contents": contents,
        "form": form,
        "rows_url": reverse("look_inside:open", args=[export.service_id, export.id]) + state.query_string(),
        "hidden": state.parameters(),
        "has_times": any(
            (column := contents.columns.get(item.field)) and column.is_time for item in state.filters
        ),
    }
    return render(request, "shares/rows.html", context, status=status)
