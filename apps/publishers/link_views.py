"""The page between a publisher and its tracking links: of which offer they are."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.accounts.policy import Capability
from apps.accounts.routes import Access
from apps.api.errors import RecordNotFound
from apps.connections.clients import integrations_for
from apps.connections.current_integration import current_integration
from apps.resources import registry
from apps.resources.references.resolver import Resolver
from apps.resources.views.base import ResourceView
from apps.text.direction import isolated
from apps.text.typed import is_blank


class OfferOfLinksView(ResourceView):
    """Asks for an offer, and leads on to the page that makes its links, the publisher on the list already."""

    access = Access(get=Capability.READ)
    http_method_names = ["get", "head"]
    menu_label = "Create links"

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The question, with who is meant where a name was typed that several have; or the way on."""
        service_id = self.scope.connection.service_id
        available = [
            one for one in integrations_for(signed_in_person(request)) if one.service_id == service_id
        ]
        integration = current_integration(request, available)
        offers = registry.named("offers")
        place = {"integrationID": integration.integration_id} if integration else {}
        typed = request.GET.get("offer", "")
        found = None
        if place and not is_blank(typed):
            found = Resolver(self.scope.connection, self.scope.client, place).resolve(offers.tag, typed)
            if found.record_id:
                query = urlencode({"publishers": self.record_id})
                return redirect(f"{offers.url('links', place, found.record_id)}?{query}")
        try:
            title = self.resource.title(self.scope.get(self.record_id))
        except RecordNotFound as error:
            return self.gone(error)
        context = {
            "record_id": self.record_id,
            "title": title,
            "detail_url": self.url("detail", self.record_id),
            "integration": integration,
            "help": f"Type a name to find an offer of {isolated(integration.label)}, or its ID."
            if integration
            else "",
            "suggest_url": registry.suggest_url(offers.tag, place),
            "typed": typed,
            "errors": [found.problem] if found else [],
            "choices": found.choices if found else (),
        }
        return self.render("links.html", context, status=422 if found else 200)
