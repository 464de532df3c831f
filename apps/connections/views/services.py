"""Services, for admins: the list, adding and editing one with its integrations."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.generic import ListView, View

from apps.accounts.access import AdminRequiredMixin
from apps.accounts.unsent_forms import take
from apps.connections.forms import IntegrationForm, IntegrationFormSet, ServiceForm
from apps.connections.keys import drop_keys_for_other_host, origin_of
from apps.connections.models import Integration, Service

Integrations = BaseInlineFormSet[Integration, Service, IntegrationForm]


class ServiceListView(AdminRequiredMixin, ListView[Service]):
    """All services with their integrations."""

    template_name = "connections/services.html"
    queryset = Service.objects.defer("contract").prefetch_related("integrations")
    context_object_name = "services"


class ServiceFormView(AdminRequiredMixin, View):
    """Add a service, or with an id change one; it and its integrations are saved together or not at all."""

    restores_unsent_form = True

    def get(self, request: HttpRequest, pk: UUID | None = None) -> HttpResponse:
        """The form with a row for each integration, and blank rows."""
        service = _service(pk)
        typed = take(request)
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
        dropped = _save(form, integrations)
        messages.success(request, f"Service {form.instance} saved.")
        if dropped:
            keys = "1 key was" if dropped == 1 else f"{dropped} keys were"
            messages.warning(request, f"The host changed: {keys} deleted. Their owners enter them again.")
        if "add_rows" in request.POST:
            return redirect("connections:service_edit", pk=form.instance.pk)
        return redirect("connections:services")


def _service(pk: UUID | None) -> Service:
    return Service() if pk is None else get_object_or_404(Service, pk=pk)


def _page(
    request: HttpRequest, form: ServiceForm, integrations: Integrations, status: int = 200
) -> HttpResponse:
    context = {"form": form, "integrations": integrations}
    return render(request, "connections/service_form.html", context, status=status)


@transaction.atomic
def _save(form: ServiceForm, integrations: Integrations) -> int:
    """Save both; gives the number of keys that were deleted because the host changed."""
    stored = Service.objects.select_for_update().filter(pk=form.instance.pk).first()
    service = form.save()
    integrations.save()
    if stored is None or origin_of(stored.base_url) == origin_of(service.base_url):
        return 0
    return drop_keys_for_other_host(service)
