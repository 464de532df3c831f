"""Services, for admins: the list, adding and editing one with its integrations."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import ListView, View

from apps.accounts.step_up.proof import demand_fresh_proof
from apps.accounts.unsent_forms import take_unsent_form
from apps.connections.forms import IntegrationForm, IntegrationFormSet, ServiceForm
from apps.connections.keys.former_hosts import HostChange, apply_host_change, preview_host_change
from apps.connections.keys.storage import origin_of
from apps.connections.models import Integration, Service
from apps.connections.service_events import record_service

NO_MOVE = HostChange(0, 0)
Integrations = BaseInlineFormSet[Integration, Service, IntegrationForm]


@dataclass(frozen=True)
class Question:
    """What is asked before a change of host: from where to where, what it does to keys, and the answer that agrees.

    The answer names the host and the number of keys: it agrees to nothing else.
    """

    old_url: str
    new_url: str
    move: HostChange
    answer: str


class ServiceListView(ListView[Service]):
    """All services with their integrations."""

    template_name = "connections/services.html"
    queryset = Service.objects.defer("contract").prefetch_related("integrations")
    context_object_name = "services"


class ServiceFormView(View):
    """Add a service, or with an id change one; it and its integrations are saved together or not at all."""

    restores_unsent_form = True

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """The form with a row for each integration, and blank rows."""
        service = _service(pk)
        typed = take_unsent_form(request)
        return _page(
            request, ServiceForm(typed, instance=service), IntegrationFormSet(typed, instance=service)
        )

    def post(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """Save what was sent; or the page again with what was wrong, nothing lost."""
        service = _service(pk)
        form = ServiceForm(request.POST, instance=service)
        integrations = IntegrationFormSet(request.POST, instance=service)
        if not (form.is_valid() & integrations.is_valid()):
            return _page(request, form, integrations, status=422)
        with transaction.atomic():
            stored = Service.objects.select_for_update().filter(pk=form.instance.pk).first()
            if stored is None or origin_of(stored.base_url) != origin_of(form.instance.base_url):
                # Whoever says where a service is says where everybody's keys go.
                demand_fresh_proof(request)
            move = preview_host_change(stored, form.instance.base_url) if stored else NO_MOVE
            asked = f"{origin_of(form.instance.base_url)} {move.set_aside}"
            if stored and move.set_aside and request.POST.get("confirmed_move") != asked:
                question = Question(stored.base_url, form.instance.base_url, move, asked)
                return _page(request, form, integrations, question, status=422)
            form.save()
            integrations.save()
            done = apply_host_change(form.instance, stored.base_url) if stored else NO_MOVE
            record_service(form.instance, stored)
        messages.success(request, f"Service {form.instance} saved.{_in_words(done)}")
        if "add_rows" in request.POST:
            return redirect("connections:service_edit", pk=form.instance.pk)
        return redirect("connections:services")


def _service(pk: UUID | None) -> Service:
    return Service() if pk is None else get_object_or_404(Service, pk=pk)


def _page(
    request: HttpRequest,
    form: ServiceForm,
    integrations: Integrations,
    question: Question | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {"form": form, "integrations": integrations, "question": question}
    return render(request, "connections/service_form.html", context, status=status)


def _in_words(done: HostChange) -> str:
    """What became of keys, as sentences behind another one."""
    words = ""
    if done.set_aside:
        keys = "1 key is" if done.set_aside == 1 else f"{done.set_aside} keys are"
        words += f" The host changed: {keys} set aside. Everybody enters a key for the new host."
    if done.restored:
        keys = "1 key" if done.restored == 1 else f"{done.restored} keys"
        words += f" {keys} typed for this host before can be used again."
    return words
