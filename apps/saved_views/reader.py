"""A person's saved views for other pages, such as the palette and the start page."""

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.db.models import Q

from apps.accounts.models import User
from apps.connections.clients import connections_of
from apps.connections.models import Integration
from apps.saved_views.lists import list_named
from apps.saved_views.models import SavedView
from apps.saved_views.view_bar import view_url


@dataclass(frozen=True)
class ViewLink:
    """A saved view as a link: its name, its address, and what list it is of. Whoever shows the name isolates it."""

    name: str
    url: str
    list_label: str


def views_for(person: User, integration: Integration | None) -> list[ViewLink]:
    """The person's own views and those of their organisations, by list and name; two queries.

    Those of lists in an integration lead to `integration`, and are left out where that is another service's.
    """
    connections = {connection.service_id: connection for connection in connections_of(person)}
    allowed = Q(owner=person, service_id__in=connections)
    for connection in connections.values():
        if connection.organisation:
            allowed |= Q(service_id=connection.service_id, organisation=connection.organisation)
    links = []
    for view in SavedView.objects.filter(allowed):
        viewed, connection = list_named(view.list_name), connections[view.service_id]
        is_here = integration is not None and integration.service_id == view.service_id
        url = (
            viewed.url(connection, integration.integration_id if integration and is_here else "")
            if viewed
            else ""
        )
        if viewed and url:
            path, place = urlsplit(url).path, parse_qsl(urlsplit(url).query)
            pairs = [*place, *parse_qsl(view.query, keep_blank_values=True)]
            links.append(ViewLink(view.name, view_url(path, pairs, str(view.pk)), viewed.label))
    return sorted(links, key=lambda link: (link.list_label, link.name.lower()))
