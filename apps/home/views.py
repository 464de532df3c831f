"""The start page: redirects to the person's offers, else their conversions, else the page to store a key."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from apps.accounts.access import signed_in_person
from apps.connections.clients import integrations_for
from apps.connections.current_integration import current_integration
from apps.conversions.token_services import has_token
from apps.resources import registry


class HomeView(View):
    """Leads to the first resource of the current integration; without one says what is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the first list of the registry when an integration is open to the person."""
        person = signed_in_person(request)
        integration = current_integration(request, integrations_for(person))
        if integration is not None:
            urls = (resource.top_url(integration.integration_id) for resource in registry.resources())
            return redirect(next(url for url in urls if url))
        if has_token(person):
            return redirect("conversions:list")
        return render(request, "home/welcome.html")
