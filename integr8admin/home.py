"""The start page: straight to the person's offers, else their conversions, else the key that opens them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from apps.accounts.access import signed_in_person
from apps.conversions.services import has_token
from integr8admin.navigation import Shell


class HomeView(View):
    """Leads to the first resource of the current integration; without one says what is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the first entry of the navigation when an integration is open to the person."""
        shell = Shell(request)
        if shell.integration is not None:
            return redirect(shell.navigation[0].url)
        if has_token(signed_in_person(request)):
            return redirect("conversions:list")
        return render(request, "home.html")
