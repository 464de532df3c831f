"""What every page of a resource has: the resource, the scope of the request, and templates found specific first."""

from collections.abc import Mapping
from functools import cached_property, lru_cache, partial
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.views import View

from apps.accounts.access import signed_in_person
from apps.api.errors import RecordNotFound
from apps.audit.descriptions import Origin
from apps.connections.current_integration import remember_integration
from apps.resources.registry import parent_link
from apps.resources.request_scope import scope_of_request
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.resources.writes.change import Change
from apps.resources.writes.writer import Writer
from apps.saved_views.choices import ListChoices, choices_of
from apps.ui.error_pages import error_response
from apps.ui.fragments import is_fragment_wanted


class ResourceView(View):
    """A page of one resource. The resource is given in the address table; the API is opened on first use."""

    resource: Resource = None  # type: ignore[assignment]

    @cached_property
    def scope(self) -> Scope:
        """The way to the API for this request."""
        return scope_of_request(self.request, self.resource, self.kwargs)

    def writer(self) -> Writer:
        """What this page changes records by."""
        match = self.request.resolver_match
        origin = Origin.page(match.view_name if match else "", self.request.path)
        # What was read before takes none of its time.
        return Writer(self.scope.renewed(), signed_in_person(self.request), origin)

    def change(self, record_id: str | None, values: Mapping[str, Any] | None) -> Change:
        """A change of a record in this place."""
        return Change(self.resource.name, self.scope.list_path, record_id, values)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """As ever; an integration that was looked at is remembered, for pages that belong to none."""
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "GET" and isinstance(response, HttpResponse):
            remember_integration(request, response, str(kwargs.get("integrationID", "")))
        return response

    @cached_property
    def list_choices(self) -> ListChoices:
        """The columns and views that the person chose for the list."""
        return choices_of(signed_in_person(self.request), self.scope.connection, self.resource.name)

    @property
    def _service_id(self) -> str:
        """For the page's forms: the service they are for, where the address says it of no record."""
        return "" if "integrationID" in self.kwargs else str(self.scope.connection.service_id)

    @property
    def record_id(self) -> str:
        """The id of the record this page is about."""
        return str(self.kwargs["record_id"])

    def url(self, page: str, record_id: str = "") -> str:
        """The address of another page of the same resource, in the same place."""
        return self.resource.url(page, self.kwargs, record_id)

    @cached_property
    def list_path(self) -> str:
        """The address of the list without a query."""
        return self.url("list")

    @cached_property
    def list_url(self) -> str:
        """The list this page belongs to, as the person left it when the page was opened from there."""
        query = self.request.POST.get("list", "")
        if query.startswith("?"):
            return self.list_path + query
        try:
            referrer = urlsplit(self.request.headers.get("Referer", ""))
        except ValueError:
            return self.list_path
        if referrer.path == self.list_path and referrer.netloc == self.request.get_host() and referrer.query:
            return f"{self.list_path}?{referrer.query}"
        return self.list_path

    @cached_property
    def is_in_place(self) -> bool:
        """Whether this is asked for inside the table of children on the parent's page, by HTMX."""
        return is_fragment_wanted(self.request, self.resource.panel_id)

    def url_after(self, record_id: str) -> str:
        """Where a finished change leads: to the record's page, or for one below another to that one's page."""
        parent = parent_link(self.resource, self.kwargs)
        return f"{parent.url}#{self.resource.name}" if parent else self.url("detail", record_id)

    def refusal_note(self, role: str, record_id: str = "") -> str:
        """Why the key will be refused this, in a sentence; "" where it may be allowed."""
        person = signed_in_person(self.request)
        return self.resource.refusal_note(self.scope, person, role, record_id)

    def gone(self, error: RecordNotFound) -> HttpResponse:
        """That the record is gone, with the way back; in place the words alone."""
        if self.is_in_place:
            return error_response(self.request, error)
        return self.render("gone.html", {"record_id": self.record_id, "error": error}, status=404)

    def render(self, template: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
        """The resource's own template of that name where there is one, else the generic one."""
        context = {
            "resource": self.resource,
            "list_path": self.list_path,
            "list_url": self.list_url,
            "create_url": self.url("create"),
            "parent": parent_link(self.resource, self.kwargs),
            "create_refusal": partial(self.refusal_note, "create"),
            "service_id": self._service_id,
            **context,
        }
        return render(self.request, _template_of(self.resource.name, template), context, status=status)


@lru_cache(maxsize=1024)
def _template_of(resource_name: str, template: str) -> str:
    """The name of the resource's own template, or of the generic one.

    Found once: who looks for a missing one each time gets an exception that keeps the whole request until the garbage
    collector comes.
    """
    own = f"{resource_name}/{template}"
    try:
        get_template(own)
    except TemplateDoesNotExist:
        return f"resources/{template}"
    return own
