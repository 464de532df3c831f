"""The page of a person's sessions, and what ends them."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.accounts.access import signed_in_person
from apps.accounts.sessions.ending import end_other_sessions, end_session
from apps.accounts.sessions.listing import sessions_of


def session_list(request: HttpRequest) -> HttpResponse:
    """Where the person is signed in."""
    return render(
        request, "accounts/sessions.html", {"sessions": sessions_of(request, signed_in_person(request))}
    )


def stay_signed_in(request: HttpRequest) -> HttpResponse:
    """Nothing more: that somebody asked was a use of the session (`life.py`)."""
    return HttpResponse(status=204)


def session_ended(request: HttpRequest, session_number: int) -> HttpResponse:
    """End one of the person's sessions."""
    person = signed_in_person(request)
    if not end_session(person, session_number):
        raise Http404("There is no such session.")
    messages.success(request, "The session was ended.")
    return redirect(reverse("accounts:sessions"))


def other_sessions_ended(request: HttpRequest) -> HttpResponse:
    """End all of the person's sessions but this one."""
    end_other_sessions(request, signed_in_person(request))
    messages.success(request, "All other sessions were ended.")
    return redirect(reverse("accounts:sessions"))
