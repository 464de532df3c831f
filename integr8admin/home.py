"""The start page: straight to the offers of the person's integration, or to the key that opens them."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from integr8admin.navigation import Shell


class HomeView(View):
    """Leads to the first resource of the current integration; without one says what is missing."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Redirect to the first entry of the navigation when an integration is open to the person."""
        shell = Shell(request)
        if shell.integration is not None:
            return redirect(shell.navigation[0].url)
        return render(request, "home.html")
