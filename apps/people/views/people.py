"""Who has access: the list, and a page for each person."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.accounts.second_factor.requirement import does_role_require, is_held_back, must_have_second_factor
from apps.connections.models import Service
from apps.people.forms import ROLE_WORDS, HandOverForm, RolesForm
from apps.people.handing_over import left_by, takers_of
from apps.people.rows import PeoplePage, keys_of, roles_of
from apps.people.stopping import work_of
from apps.ui.fragments import RESULTS_ID, is_fragment_wanted, push_address


@require_safe
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody who has access or is invited, or the table alone for HTMX."""
    page = PeoplePage(request.GET)
    is_fragment = is_fragment_wanted(request, RESULTS_ID)
    response = render(request, "people/_results.html" if is_fragment else "people/list.html", {"page": page})
    if is_fragment:
        push_address(request, response, page.state.url)
    return response


@require_safe
def person_page(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """One person: their access, their keys' state, and what can be decided about them."""
    return show_person(request, get_object_or_404(User, pk=person_id))


def show_person(
    request: HttpRequest, person: User, form: RolesForm | None = None, status: int = 200
) -> HttpResponse:
    """The page of a person, with the roles' form as it was sent where something was wrong."""
    viewer = signed_in_person(request)
    services = list(Service.objects.only("pk", "name"))
    names = {str(service.pk): service.name for service in services}
    may_manage = may(viewer, Capability.MANAGE_PEOPLE)
    left = left_by(person) if may_manage and not person.is_active else []
    takers = takers_of(left)
    context = {
        "person": person,
        "roles": roles_of(person, names),
        "keys": keys_of([person]).get(person, []),
        "must_set_up": is_held_back(person),
        "must_have_factor": must_have_second_factor(person),
        "does_role_require_factor": does_role_require(person),
        "is_self": person.pk == viewer.pk,
        # Nobody takes their own access away by mistake: another admin does.
        "may_decide": may_manage and person.pk != viewer.pk,
        "form": form or RolesForm(person=person, services=services),
        "roles_explained": [(role.label, words) for role, words in ROLE_WORDS.items()],
        "work": work_of(person),
        "left": left,
        "hand_over_form": HandOverForm(takers=takers, initial={"to": viewer.pk}) if takers else None,
    }
    return render(request, "people/person.html", context, status=status)
