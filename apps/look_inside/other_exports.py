"""The choice of further exports of a report, whose rows are taken together with those of the page's own one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from apps.accounts.access import signed_in_person
from apps.exports.remote.listing import newest_exports
from apps.exports.remote.reading import connection_of_service
from apps.look_inside.access import authorize
from apps.look_inside.query.state import MOST_OTHERS, WITH, others_in


@require_safe
def others(request: HttpRequest, service_id: UUID, remote_id: str) -> HttpResponse:
    """The newest exports of the same report that have a file, to be ticked; the form leads back to the page."""
    person = signed_in_person(request)
    admitted = authorize(person, service_id, remote_id)
    own = admitted.export
    found = newest_exports(connection_of_service(person, service_id), admitted.client)
    offered = [
        one
        for one in found
        if one.has_file and one.id and one.id != own.id and one.report_type == own.report_type
    ]
    chosen = others_in(request.GET)
    context = {
        "export": own,
        "offered": [(one, one.id in chosen, _differs(own.columns, one.columns)) for one in offered],
        "hidden": [(name, value) for name, values in request.GET.lists() if name != WITH for value in values],
        "page_url": reverse("look_inside:open", args=[service_id, remote_id]),
        "most": MOST_OTHERS,
    }
    return render(request, "look_inside/others.html", context)


def _differs(own: list[str], other: list[str]) -> bool:
    """Whether the API tells of other columns; where it tells of none the file does."""
    return bool(own and other and set(own) != set(other))
