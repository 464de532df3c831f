"""The start page, and each of its panels alone: for HTMX, which fills the page with them, and as a page without it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from apps.accounts.access import note_service, signed_in_person
from apps.accounts.policy import Capability, may, may_anywhere
from apps.api.errors import ApiError
from apps.connections.clients import NoConnection, integrations_for
from apps.connections.current_integration import current_integration
from apps.conversions.token_services import has_token
from apps.home.start.panels import MOST_SHORTCUTS, PANELS, SHORTCUTS, panels_for
from apps.home.start.place import Place
from apps.home.start.work import work_of
from apps.shortcuts.reader import shortcuts_for
from apps.ui.error_pages import ErrorDescription, describe
from apps.ui.fragments import is_part_wanted


class StartView(View):
    """What a person's work needs and runs, at once; the panels that the API fills come after it, each on its own."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The page; without an integration open to the person their conversions, or how to begin."""
        person = signed_in_person(request)
        if not may_anywhere(person, Capability.READ):
            return (
                redirect("changes:list")
                if may_anywhere(person, Capability.READ_LOG)
                else render(request, "home/no_role.html")
            )
        place = _place(request)
        if place.integration is None:
            return (
                redirect("conversions:list")
                if has_token(place.person)
                else render(request, "home/welcome.html")
            )
        is_reader = not may(person, Capability.EDIT, place.integration.service_id)
        note_service(request, place.integration.service_id)
        first, others = panels_for(is_reader=is_reader)
        context = {
            "place": place,
            "work": work_of(place.person),
            # Read from our own database, so it is there with the page and moves nothing when it comes.
            "shortcuts_panel": SHORTCUTS,
            "shortcuts": shortcuts_for(place.person, place.integration).first(MOST_SHORTCUTS),
            "first_panels": first,
            "other_panels": others,
            "is_reader": is_reader,
        }
        return render(request, "home/start/page.html", context)


class PanelView(View):
    """One panel."""

    def get(self, request: HttpRequest, panel: str) -> HttpResponse:
        """The panel, or why it could not be read. Raises `Http404` for a name that none has."""
        if panel not in PANELS:
            raise Http404
        place, shown = _place(request), PANELS[panel]
        error: ErrorDescription | None = None
        context: dict[str, object] = {}
        try:
            if shown.needs_key and place.integration is None:
                raise Http404
            context |= shown.read(place)
        except ApiError as failure:
            error = describe(failure)
        except NoConnection as missing:
            raise Http404 from missing
        context |= {"panel": shown, "place": place, "error": error, "all_url": shown.all_url(place)}
        template = "home/start/_panel.html" if is_part_wanted(request) else "home/start/panel.html"
        response = render(request, template, context, status=error.status if error else 200)
        if error and error.retry_after:
            response["Retry-After"] = str(error.retry_after)
        return response


def _place(request: HttpRequest) -> Place:
    return Place(request, current_integration(request, integrations_for(signed_in_person(request))))
