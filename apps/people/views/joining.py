"""The page that an invitation's link opens: who somebody is, their password, and they are in.

Opening it changes nothing, however often a mail scanner does; only the form, sent, takes the invitation up.
"""

from urllib.parse import urlencode

from allauth.account.forms import LoginForm
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods

from apps.accounts.models import User
from apps.accounts.openid.views import go_and_sign_in
from apps.accounts.policy import Capability, may
from apps.accounts.second_factor.requirement import is_held_back
from apps.connections.models import Integration, Service
from apps.people.forms import JoinForm
from apps.people.invitations import CannotJoin, Refusal, invitation_named, join
from apps.people.links import named_by
from apps.people.models import Invitation
from apps.resources import registry
from apps.shares.rate_limit import Rate, count_request

#: From one network: nobody tries links out.
RATE = Rate(60, 60)
_STATUS = {Refusal.UNKNOWN: 404}


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_post_parameters("password1", "password2")
@sensitive_variables()
def join_page(request: HttpRequest, key: str) -> HttpResponseBase:
    """The form for whoever was invited, or why the link opens nothing; sent, it makes the account and signs in.

    Where nobody signs in with a password, it goes on to the provider, which has to vouch for the same address.
    """
    response = _answer(request, key)
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Cache-Control"] = "private, no-store"
    return response


@sensitive_variables()
def _answer(request: HttpRequest, key: str) -> HttpResponseBase:
    if not count_request(request, "invitation", RATE):
        answer = render(request, "people/not_now.html", status=429)
        answer["Retry-After"] = str(RATE.seconds)
        return answer
    named = named_by(key)
    try:
        invitation = invitation_named(named)
        if isinstance(request.user, User):
            # A link that was forwarded, or opened where a colleague is signed in: theirs is not taken over.
            return render(request, "people/join_signed_in.html", {"invitation": invitation}, status=409)
        if request.method != "POST":
            return _page(request, JoinForm(email=invitation.email), invitation)
        form = JoinForm(request.POST, email=invitation.email)
        if not form.is_valid():
            return _page(request, form, invitation, status=422)
        values = form.cleaned_data
        person = join(
            named,
            name=values["name"],
            password=values.get("password1"),
            time_zone=values["time_zone"],
            request=request,
        )
    except CannotJoin as refused:
        context = {"refusal": refused.refusal}
        return render(request, "people/join_refused.html", context, status=_STATUS.get(refused.refusal, 410))
    if "password1" not in values:
        return go_and_sign_in(request, first_page(person))
    return _signed_in(request, person, values["password1"])


@sensitive_variables()
def _signed_in(request: HttpRequest, person: User, password: str) -> HttpResponse:
    """Sign in as the sign-in page does, by the same rules; to that page where they do not let in at this moment."""
    form = LoginForm({"login": person.email, "password": password}, request=request)
    page = first_page(person)
    if form.is_valid():
        words = "Your account is made. Next, store your own key."
        if is_held_back(person):
            words = "Your account is made. Next, set up a second factor; then store your own key."
        messages.success(request, words)
        response: HttpResponse = form.login(request, redirect_url=page)
        return response
    messages.success(request, "Your account is made. Sign in to go on.")
    return redirect(f"{reverse('account_login')}?{urlencode({'next': page})}")


def first_page(person: User) -> str:
    """Where somebody new begins: storing their key, and from there to their first list."""
    integrations = Integration.objects.filter(service__kind=Service.Kind.INTEGR8).order_by("label")
    theirs = (one for one in integrations if may(person, Capability.OWN_KEYS, one.service_id))
    integration = next(theirs, None)
    if integration is None:
        return reverse("home")
    lists = (resource.top_url(integration.integration_id) for resource in registry.resources())
    first_list = next(filter(None, lists), reverse("home"))
    values = {"service": integration.service_id, "next": first_list}
    return f"{reverse('connections:create')}?{urlencode(values)}"


def _page(request: HttpRequest, form: JoinForm, invitation: Invitation, status: int = 200) -> HttpResponse:
    context = {"form": form, "invitation": invitation, "must_set_up": invitation.takes_second_factor}
    return render(request, "people/join.html", context, status=status)
