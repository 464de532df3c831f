"""Services, for admins: the list, adding and editing one with its integrations."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import BaseInlineFormSet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.generic import CreateView, ListView, UpdateView
from django.views.generic.edit import ModelFormMixin

from apps.accounts.access import AdminRequiredMixin
from apps.connections.forms import IntegrationForm, IntegrationFormSet, ServiceForm
from apps.connections.keys import drop_keys_for_other_host, origin_of
from apps.connections.models import Integration, Service

Integrations = BaseInlineFormSet[Integration, Service, IntegrationForm]


class ServiceListView(AdminRequiredMixin, ListView[Service]):
    """All services with their integrations."""

    template_name = "connections/services.html"
    queryset = Service.objects.defer("contract").prefetch_related("integrations")
    context_object_name = "services"


class SavingServiceMixin(AdminRequiredMixin, ModelFormMixin[Service, ServiceForm]):
    """Saves a service and its integrations together, or neither."""

    model = Service
    form_class = ServiceForm
    template_name = "connections/service_form.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and its rows of integrations."""
        kwargs.setdefault("integrations", IntegrationFormSet(instance=self.object))
        return super().get_context_data(**kwargs)

    def save_or_show(self, request: HttpRequest) -> HttpResponse:
        """Save what was sent; or the page again with what was wrong, nothing lost."""
        form = self.get_form()
        integrations = IntegrationFormSet(request.POST, instance=self.object or Service())
        if not (form.is_valid() & integrations.is_valid()):
            context = self.get_context_data(form=form, integrations=integrations)
            return self.render_to_response(context, status=422)
        dropped = self._save(form, integrations)
        messages.success(request, f"Service {form.instance} saved.")
        if dropped:
            keys = "1 key was" if dropped == 1 else f"{dropped} keys were"
            messages.warning(request, f"The host changed: {keys} deleted. Their owners enter them again.")
        if "add_rows" in request.POST:
            return redirect("connections:service_edit", pk=form.instance.pk)
        return redirect("connections:services")

    @transaction.atomic
    def _save(self, form: ServiceForm, integrations: Integrations) -> int:
        """Save both; gives the number of keys that were deleted because the host changed."""
        stored = Service.objects.select_for_update().filter(pk=form.instance.pk).first()
        service = form.save()
        integrations.instance = service
        integrations.save()
        if stored is None or origin_of(stored.base_url) == origin_of(service.base_url):
            return 0
        return drop_keys_for_other_host(service)


class ServiceCreateView(SavingServiceMixin, CreateView[Service, ServiceForm]):
    """Add a service."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Add it with its integrations."""
        self.object = None
        return self.save_or_show(request)


class ServiceEditView(SavingServiceMixin, UpdateView[Service, ServiceForm]):
    """Change a service."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Save the changes."""
        self.object = self.get_object()
        return self.save_or_show(request)
