"""Analyses saved under a name: listed on the page, opened on any export of the same report."""

from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.exports.remote.export import RemoteExport
from apps.look_inside.access import authorize
from apps.look_inside.models import SavedAnalysis
from apps.look_inside.query.state import WITH
from apps.text.direction import isolated
from apps.ui.links import query_string

#: So many a person keeps of one report.
MOST_SAVED = 50
_LONGEST_QUERY = 8_000


@dataclass(frozen=True)
class SavedLink:
    """One saved analysis, and where it opens on this export."""

    analysis: SavedAnalysis
    url: str
    is_current: bool


class SaveForm(forms.Form):
    """The name, and what the page shows."""

    name = forms.CharField(max_length=80)
    query = forms.CharField(max_length=_LONGEST_QUERY, required=False, strip=True)


def saved_links(person: User, export: RemoteExport, page_url: str, current: str) -> list[SavedLink]:
    """The person's analyses of this report; nothing for a report of no known kind."""
    if export.report_type is None:
        return []
    found = SavedAnalysis.objects.filter(owner=person, report=export.report_type.slug)
    return [SavedLink(one, f"{page_url}?{one.query}", one.query == current) for one in found[:MOST_SAVED]]


@require_POST
def save_analysis(request: HttpRequest, service_id: UUID, remote_id: str) -> HttpResponse:
    """Save what the page shows under a name, in the place of one of the same name; or delete one."""
    person = signed_in_person(request)
    export = authorize(person, service_id, remote_id).export
    page = reverse("look_inside:open", args=[service_id, remote_id])
    if export.report_type is None:
        messages.warning(
            request, "This export is of no known report, so nothing can be saved for others of it."
        )
        return redirect(page)
    own = SavedAnalysis.objects.filter(owner=person, report=export.report_type.slug)
    if chosen := request.POST.get("delete", ""):
        if (
            chosen.isascii()
            and chosen.isdigit()
            and len(chosen) < 19
            and own.filter(pk=int(chosen)).delete()[0]
        ):
            messages.success(request, "The saved analysis was deleted.")
        return redirect(page + _kept(request.POST.get("query", "")))
    form = SaveForm(request.POST)
    if not form.is_valid():
        messages.warning(request, "Give it a name of at most 80 letters.")
        return redirect(page + _kept(request.POST.get("query", "")))
    name, query = form.cleaned_data["name"], _kept(form.cleaned_data["query"])
    if not own.filter(name=name).exists() and own.count() >= MOST_SAVED:
        messages.warning(request, f"You have {MOST_SAVED} saved analyses of this report. Delete one first.")
        return redirect(page + query)
    own.update_or_create(
        owner=person,
        report=export.report_type.slug,
        name=name,
        defaults={"query": query.removeprefix("?")},
    )
    messages.success(request, f"Saved as {isolated(name)}. It opens on every export of this report.")
    return redirect(page + query)


def _kept(query: str) -> str:
    """What of a query is worth a name, as a query string; the page checks it each time it is opened."""
    values = QueryDict(query[:_LONGEST_QUERY].removeprefix("?"))
    pairs = [(name, str(value)) for name, found in values.lists() for value in found]
    return query_string([(name, value) for name, value in pairs if name not in (WITH, "page[number]")])
