"""The person's own preferences, and the way back to a draft."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from apps.accounts.access import signed_in_person
from apps.accounts.preferences import (
    PreferencesForm,
    current_preferences,
    keep_on_account,
    remember_for_guests,
)
from apps.accounts.safe_redirects import next_path
from apps.accounts.unsent_forms import restore_draft, take_unsent_form


class PreferencesView(FormView[PreferencesForm]):
    """Theme, density and time zone; a POST may carry any of them, and `next`, the page to return to."""

    template_name = "accounts/preferences.html"
    form_class = PreferencesForm
    success_url = reverse_lazy("accounts:preferences")
    restores_unsent_form = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """Adds what was typed before the session ended, when the page is opened again."""
        typed = take_unsent_form(self.request)
        return super().get_form_kwargs() | ({} if typed is None else {"data": typed})

    def get_initial(self) -> dict[str, str]:
        """What is chosen now."""
        return current_preferences(self.request)

    def form_valid(self, form: PreferencesForm) -> HttpResponse:
        """Keep what was sent and go back to the page it was sent from."""
        chosen = form.cleaned_data
        keep_on_account(signed_in_person(self.request), chosen)
        page = next_path(self.request, "")
        if not page:
            messages.success(self.request, "Preferences saved.")
        response = redirect(page or reverse("accounts:preferences"))
        remember_for_guests(response, chosen["theme"], chosen["density"])
        return response

    def form_invalid(self, form: PreferencesForm) -> HttpResponse:
        """The form again, with what was wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
def draft_restored(request: HttpRequest) -> HttpResponse:
    """To the form's page, which shows what its browser had kept."""
    return redirect(restore_draft(request, request.POST.get("address", ""), request.POST.get("values", "")))
