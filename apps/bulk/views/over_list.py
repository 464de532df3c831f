"""A short plan over the list that it was selected in, and its result in the list's rows; a script asks for both.

Without JavaScript, and for what is longer, cannot be taken back or was not done as planned, a run has its own page.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.safestring import SafeString

from apps.accounts.access import signed_in_person
from apps.api.client import PAGE
from apps.bulk.models import BulkRow, BulkRun
from apps.bulk.plan.change_words import change_words, referred_ids
from apps.bulk.progress import Group
from apps.bulk.run.at_once import is_short
from apps.bulk.states import RowState, State
from apps.connections.clients import connection_for_service
from apps.resources.lists.chosen import columns_of_query
from apps.resources.lists.row_menus import rows_of_list
from apps.resources.lists.state import ListState
from apps.resources.references.records_with_names import row_context
from apps.resources.scope import Scope
from apps.saved_views.choices import choices_of
from apps.ui.columns import Record
from apps.ui.fragments import is_part_wanted
from apps.ui.tables import selectable_rows_html

#: Names that the rows refer to are waited for so long.
NAMES_SECONDS = 3
#: Changes with any change of a record.
_CHANGES_BY_ITSELF = "updated_at"

Words = Sequence[tuple[str, str, str]]


def lead_to(request: HttpRequest, url: str) -> HttpResponse:
    """On to a page, from a dialog too."""
    return HttpResponse(headers={"HX-Redirect": url}) if is_part_wanted(request) else redirect(url)


def plan_over_list(request: HttpRequest, run: BulkRun) -> HttpResponse | None:
    """The plan for a dialog over its list; None where its page is to be shown."""
    resource = run.resource_declaration
    is_planned = run.state == State.PLANNED and is_short(run) and not run.uncertainty
    if not is_planned or run.instructed.is_archiving(resource):
        return None
    rows = list(run.rows.all())
    planned = [row for row in rows if row.state == RowState.PLANNED]
    changes = [change for row in planned if (change := row.wanted)]
    if referred_ids(resource, changes):
        return None
    words = [change_words(resource, change) for change in changes]
    is_same = len({tuple(told) for told in words}) == 1
    action = run.instructed.action_of(resource)
    context = {
        "run": run,
        "resource": resource,
        "to_do": len(planned),
        "consequence": action.consequence if action else "",
        "confirmation": run.instructed.confirmation(resource, len(planned)),
        "changes": words[0] if is_same else (),
        "rows": [(row, () if is_same else told) for row, told in zip(planned, words, strict=True)],
        "others": _others(rows),
        "warnings": [(row.title, row.warning) for row in planned if row.warning],
    }
    response = render(request, "bulk/_plan_over_list.html", context)
    response["HX-Push-Url"] = "false"
    return response


def _others(rows: Sequence[BulkRow]) -> list[Group]:
    """How many rows are not to be sent, by why."""
    states = [RowState(row.state) for row in rows if row.state != RowState.PLANNED]
    return [Group(state, states.count(state)) for state in dict.fromkeys(states)]


def result_over_list(request: HttpRequest, run: BulkRun, records: Mapping[str, Record]) -> HttpResponse:
    """What was said of a run that is done, and its rows as they were read back; none where the list may be another."""
    context = {
        "said": list(messages.get_messages(request)),
        "next": run.list_url,
        "rows": _changed_rows(request, run, records),
    }
    response = render(request, "bulk/_done_over_list.html", context)
    response["HX-Push-Url"] = "false"
    return response


def _changed_rows(request: HttpRequest, run: BulkRun, records: Mapping[str, Record]) -> SafeString | str:
    person, resource = signed_in_person(request), run.resource_declaration
    connection = connection_for_service(person, run.service)
    scope = Scope.through(connection, resource, run.path, profile=PAGE, seconds=NAMES_SECONDS)
    query = QueryDict(run.list_query.removeprefix("?"))
    if _depends_on_changes(run, scope, query):
        return ""
    columns = columns_of_query(scope, query, choices_of(person, connection, resource.name))
    changed = list(records.values())
    context = row_context(scope, changed, columns)
    return selectable_rows_html(rows_of_list(scope, person, changed, columns, context))


def _depends_on_changes(run: BulkRun, scope: Scope, query: QueryDict) -> bool:
    """Whether the list may have other rows, or another order, because of what was changed."""
    state = ListState.from_query(query, scope.catalogue, UTC)
    used = {item.field for item in state.filters} | {name.removeprefix("-") for name in state.sort}
    done = run.rows.filter(state=RowState.DONE)
    changed = {name for row in done if (change := row.wanted) for name in change.values or ()}
    return bool(state.problems) or not used.isdisjoint({_CHANGES_BY_ITSELF, *changed})
