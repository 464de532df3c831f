"""What an admin decides about a person, each by a form; what cannot be undone at once is asked about first."""

from collections.abc import Callable
from functools import wraps
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.accounts.roles import LastAdmin
from apps.accounts.second_factor.requirement import must_have_second_factor
from apps.accounts.step_up.proof import demand_fresh_proof
from apps.accounts.unsent_forms import restores_unsent_form, take_unsent_form
from apps.connections.models import Service
from apps.people import account_state
from apps.people.forms import HandOverForm, RolesForm
from apps.people.handing_over import HandedOver, NotGone, hand_over, left_by, takers_of
from apps.people.stopping import work_of
from apps.people.views.people import show_person

OWN = "Another admin decides about your own account."
Decide = Callable[[HttpRequest, User], HttpResponse | None]


def _about_another(decide: Decide) -> Callable[..., HttpResponse]:
    """A view of what is decided about somebody else; it leads back to their page unless it leads elsewhere."""

    @wraps(decide)
    def view(request: HttpRequest, person_id: UUID) -> HttpResponse:
        person = get_object_or_404(User, pk=person_id)
        if person.pk == signed_in_person(request).pk:
            messages.error(request, OWN)
            return redirect("people:person", person.pk)
        try:
            answer = decide(request, person)
        except LastAdmin as refused:
            messages.error(request, str(refused))
            answer = None
        return answer or redirect("people:person", person.pk)

    return view


@restores_unsent_form
@require_http_methods(["GET", "HEAD", "POST"])
@_about_another
def roles(request: HttpRequest, person: User) -> HttpResponse | None:
    """Give the person other roles. Opened, it is their page, with what was chosen before a proof was asked for."""
    if request.method != "POST":
        typed = take_unsent_form(request)
        services = Service.objects.only("pk", "name")
        form = None if typed is None else RolesForm(typed, person=person, services=services)
        return show_person(request, person, form)
    form = RolesForm(request.POST, person=person, services=Service.objects.only("pk", "name"))
    if not form.is_valid():
        return show_person(request, person, form, status=422)
    changes = form.changes()
    if changes:
        account_state.change_roles(person, changes, by=signed_in_person(request))
        messages.success(request, f"The role of {person} is changed. It holds from their next page on.")
    else:
        messages.info(request, "Nothing was changed.")
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@_about_another
def deactivate(request: HttpRequest, person: User) -> HttpResponse | None:
    """Ask first, saying what ends; then close the account."""
    if request.method != "POST":
        return render(request, "people/deactivate.html", {"person": person, "work": work_of(person)})
    if account_state.deactivate(person, by=signed_in_person(request), request=request):
        messages.success(
            request,
            f"{person} has no access any more. They are signed out, and what they had under way stops.",
        )
    else:
        messages.info(request, f"The account of {person} was deactivated already.")
    return None


@require_POST
@_about_another
def reactivate(request: HttpRequest, person: User) -> HttpResponse | None:
    """Open the account again."""
    if account_state.reactivate(person, by=signed_in_person(request), request=request):
        has_password = settings.PASSWORD_SIGN_IN and person.has_usable_password()
        had = ", with the password they had" if has_password else ""
        messages.success(request, f"{person} can sign in again{had}.")
    else:
        messages.info(request, f"The account of {person} is active already.")
    return None


@require_POST
@_about_another
def end_sessions(request: HttpRequest, person: User) -> HttpResponse | None:
    """End every session of the person."""
    account_state.end_sessions(person, by=signed_in_person(request))
    messages.success(request, f"{person} is signed out everywhere.")
    return None


@require_http_methods(["GET", "HEAD", "POST"])
@_about_another
def reset_factor(request: HttpRequest, person: User) -> HttpResponse | None:
    """Ask first, saying what that opens; then take the second factor away."""
    if request.method != "POST":
        context = {"person": person, "must_set_up": must_have_second_factor(person)}
        return render(request, "people/reset_factor.html", context)
    if account_state.reset_factor(person, by=signed_in_person(request), request=request):
        messages.success(request, f"{person} has no second factor any more, and is signed out everywhere.")
    else:
        messages.info(request, f"{person} had no second factor.")
    return None


@require_POST
@_about_another
def require_factor(request: HttpRequest, person: User) -> HttpResponse | None:
    """Require a second factor of the person, or do so no more (`required`: "no"), which takes a fresh proof."""
    is_required = request.POST.get("required") != "no"
    if not is_required:
        demand_fresh_proof(request)
    account_state.require_factor(person, is_required, by=signed_in_person(request), request=request)
    messages.success(request, _required_in_words(person))
    return None


@require_POST
@_about_another
def give_to(request: HttpRequest, person: User) -> HttpResponse | None:
    """Give what the person left to somebody else."""
    form = HandOverForm(request.POST, takers=takers_of(left_by(person)))
    if not form.is_valid():
        messages.error(
            request, "Choose somebody whose key is of the same organisation. Nothing was handed over."
        )
        return None
    try:
        done = hand_over(person, form.cleaned_data["to"], by=signed_in_person(request), request=request)
    except NotGone:
        messages.error(
            request, f"{person} is active, so what they have stays theirs. Nothing was handed over."
        )
        return None
    messages.success(request, _in_words(done, form.cleaned_data["to"]))
    return None


def _required_in_words(person: User) -> str:
    """What holds now."""
    if not must_have_second_factor(person):
        return f"{person} may be without a second factor again."
    if person.has_second_factor:
        return f"{person} must have a second factor, and has one. They cannot remove the last one."
    return f"{person} must have a second factor. They set one up at their next page, before anything else."


def _in_words(done: HandedOver, to: User) -> str:
    """What went where, and what stayed."""
    given = ", ".join(part for left in done.given for part in left.parts)
    kept = ", ".join(f"{part} at {left.service}" for left in done.kept for part in left.parts)
    words = f"{to} has now: {given}." if given else "Nothing was handed over."
    return f"{words} What stayed, because it is of another organisation: {kept}." if kept else words
