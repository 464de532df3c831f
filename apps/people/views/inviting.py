"""Inviting somebody, sending the mail again, taking the invitation back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse_lazy
from django.views.decorators.http import require_POST
from django.views.generic import FormView

from apps.accounts.access import signed_in_person
from apps.accounts.unsent_forms import take_unsent_form
from apps.people.forms import InviteForm
from apps.people.invitations import CannotInvite, invite, send_again, withdraw
from apps.people.models import Invitation

CLOSED = "This invitation was taken up or withdrawn meanwhile."


class InviteView(FormView[InviteForm]):
    """Whom to invite, as what."""

    template_name = "people/invite.html"
    form_class = InviteForm
    success_url = reverse_lazy("people:list")
    restores_unsent_form = True

    def get_form_kwargs(self) -> dict[str, Any]:
        """Adds what was typed before the session ended, when the page is opened again."""
        typed = take_unsent_form(self.request)
        return super().get_form_kwargs() | ({} if typed is None else {"data": typed})

    def form_valid(self, form: InviteForm) -> HttpResponse:
        """Queue the mail; or the form again with why not, and the way to whoever has the address."""
        chosen = form.cleaned_data
        try:
            invitation = invite(
                chosen["email"],
                chosen["role"],
                chosen["service"],
                by=signed_in_person(self.request),
                is_second_factor_required=chosen.get("is_second_factor_required", False),
                request=self.request,
            )
        except CannotInvite as refused:
            form.add_error("email", str(refused))
            context = self.get_context_data(form=form, there=refused.person)
            return self.render_to_response(context, status=422)
        messages.success(
            self.request, f"{invitation.email} is mailed a link. It works once, within three days."
        )
        return super().form_valid(form)

    def form_invalid(self, form: InviteForm) -> HttpResponse:
        """The form again, with what was wrong."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@require_POST
def mail_again(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """Another mail with another link."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    if send_again(invitation):
        messages.success(
            request, f"{invitation.email} is mailed a new link for three days. The earlier one works no more."
        )
    else:
        messages.info(request, CLOSED)
    return redirect("people:list")


@require_POST
def take_back(request: HttpRequest, invitation_id: UUID) -> HttpResponse:
    """The link opens nothing from now on."""
    invitation = get_object_or_404(Invitation, pk=invitation_id)
    if withdraw(invitation, by=signed_in_person(request), request=request):
        messages.success(
            request, f"The invitation of {invitation.email} is withdrawn. Its link opens nothing."
        )
    else:
        messages.info(request, CLOSED)
    return redirect("people:list")
