"""A person's own keys: list, connect, test, replace, remove. Every look-up goes through the owner."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.generic import DetailView, FormView, ListView, View
from django.views.generic.detail import SingleObjectMixin

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.accounts.safe_redirects import next_path
from apps.accounts.unsent_forms import take_unsent_form
from apps.connections.forms import ConnectionForm, KeyForm
from apps.connections.keys.check import check_key
from apps.connections.keys.observed_state import with_observed_state
from apps.connections.keys.replacement import replace_key, usable_key
from apps.connections.keys.storage import is_readable, remove_key
from apps.connections.models import Connection, Service
from apps.connections.open_services import own, services_open_to

State = Connection.State
TONES = {
    State.UNTESTED: "neutral",
    State.WORKS: "ok",
    State.KEY_REFUSED: "bad",
    State.NO_PERMISSION: "warn",
    State.ADDRESS_REFUSED: "warn",
    State.UNREACHABLE: "warn",
    State.KEY_NEEDED: "bad",
    State.REMOVED: "neutral",
}


@dataclass(frozen=True)
class ConnectionRow:
    """One line of the list of connections."""

    connection: Connection
    tone: str


def tone_of(connection: Connection) -> str:
    """The colour of the connection's state badge."""
    return TONES.get(State(connection.state), "neutral")


class OwnConnectionsMixin:
    """Connections of the signed-in person alone: another's is not found."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet[Connection]:
        """The person's connections, without the removed ones."""
        return (
            Connection.objects.filter(own(signed_in_person(self.request), Capability.OWN_KEYS))
            .exclude(state=State.REMOVED)
            .select_related("service")
            .defer("service__contract")
            .order_by("service__name")
        )


class ConnectionListView(OwnConnectionsMixin, ListView[Connection]):
    """The person's keys, each with its state; and what to do when there is none."""

    template_name = "connections/list.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The rows, and whether there is a service to connect to."""
        context = super().get_context_data(**kwargs)
        connections = [with_observed_state(connection) for connection in self.object_list]
        context["rows"] = [ConnectionRow(connection, tone_of(connection)) for connection in connections]
        context["has_services"] = _services(self.request).exists()
        return context


@method_decorator(sensitive_post_parameters("key"), name="dispatch")
class SavingKeyView(FormView[KeyForm]):
    """Tests the key that was typed, saves it, and says the result plainly."""

    #: The form is shown again, without the key, to whoever had to show first that it is they.
    restores_unsent_form = True

    def get_initial(self) -> dict[str, Any]:
        """What was typed and not taken."""
        typed = take_unsent_form(self.request)
        return super().get_initial() | ({} if typed is None else typed.dict())

    def save_and_test(self, owner: User, service: Service, form: KeyForm) -> HttpResponse:
        """Go on to where the person came from when the key works, else to the page that mends it.

        A key that does not work takes the place of one that may only when the person insists.
        """
        chosen = form.cleaned_data
        kept = usable_key(owner, service)
        result, connection = replace_key(
            owner, service, chosen["authentication"], chosen["key"], store_untested=chosen["insist"]
        )
        if connection is None:
            form.refuse_key(result.message, kept or Connection())
            return self.form_invalid(form)
        if result.state in (State.WORKS, State.UNTESTED):
            messages.success(self.request, f"Key for {service} saved. {result.message}")
            return redirect(next_path(self.request, reverse("connections:list")))
        return redirect(_with_next(self.request, reverse("connections:edit", args=[connection.pk])))

    def form_invalid(self, form: KeyForm) -> HttpResponse:
        """The form again, the key emptied."""
        return self.render_to_response(self.get_context_data(form=form), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form, and the page to go on to."""
        return super().get_context_data(next=next_path(self.request, ""), **kwargs)


class ConnectionCreateView(SavingKeyView):
    """Connect: choose a service and enter the key; says why the person was led here."""

    template_name = "connections/create.html"
    form_class = ConnectionForm

    def get_form_kwargs(self) -> dict[str, Any]:
        """The services that the person may choose from."""
        return {**super().get_form_kwargs(), "services": _services(self.request)}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form; without any service admins are led to add one, others are told whom to ask."""
        if request.user.is_authenticated and not _services(request).exists():
            if may(request.user, Capability.MANAGE_SERVICES):
                messages.info(request, "Add the service first; then connect to it.")
                return redirect("connections:service_create")
            self.template_name = "connections/no_service.html"
            return self.render_to_response({})
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """The service that was asked for."""
        return {"service": self._asked_service(), **super().get_initial()}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Besides the form: the service that was asked for, and what became of the key for it."""
        service = self._asked_service()
        previous = None
        if service is not None:
            previous = Connection.objects.filter(
                owner=signed_in_person(self.request), service=service
            ).first()
        return super().get_context_data(asked_service=service, previous=previous, **kwargs)

    def form_valid(self, form: KeyForm) -> HttpResponse:
        """Save the key for the chosen service and test it."""
        return self.save_and_test(signed_in_person(self.request), form.cleaned_data["service"], form)

    def _asked_service(self) -> Service | None:
        try:
            return _services(self.request).filter(pk=self.request.GET.get("service", "")).first()
        except ValidationError:
            return None


class ConnectionEditView(OwnConnectionsMixin, SingleObjectMixin[Connection], SavingKeyView):
    """Replace a key; also where a key that does not work ends up, to be kept or typed again."""

    template_name = "connections/edit.html"
    form_class = KeyForm

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Find the person's own connection first."""
        self.object = with_observed_state(self.get_object())
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        """How the key is sent now."""
        return {"authentication": self.object.authentication, **super().get_initial()}

    def get_form_kwargs(self) -> dict[str, Any]:
        """The service the key is for."""
        return {**super().get_form_kwargs(), "service": self.object.service}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """The form and the state of the key it replaces."""
        is_usable = is_readable(self.object)
        return super().get_context_data(tone=tone_of(self.object), is_usable=is_usable, **kwargs)

    def form_valid(self, form: KeyForm) -> HttpResponse:
        """Save the key in place of the old one and test it."""
        return self.save_and_test(signed_in_person(self.request), self.object.service, form)


class ConnectionTestView(OwnConnectionsMixin, SingleObjectMixin[Connection], View):
    """Test a stored key now."""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Test it and go back to the list with the result."""
        connection = self.get_object()
        result = check_key(connection)
        level = messages.SUCCESS if result.state == State.WORKS else messages.WARNING
        messages.add_message(request, level, f"{connection.service}: {result.message}")
        return redirect("connections:list")


class ConnectionRemoveView(OwnConnectionsMixin, DetailView[Connection]):
    """Remove a key, after saying what that means."""

    template_name = "connections/remove.html"

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Delete the stored key."""
        connection = self.get_object()
        remove_key(connection)
        messages.success(request, f"The key for {connection.service} is removed.")
        return redirect("connections:list")


def _services(request: HttpRequest) -> QuerySet[Service]:
    """The services that the person may store a key for."""
    return services_open_to(signed_in_person(request), Capability.OWN_KEYS)


def _with_next(request: HttpRequest, path: str) -> str:
    page = next_path(request, "")
    return f"{path}?{urlencode({'next': page})}" if page else path
