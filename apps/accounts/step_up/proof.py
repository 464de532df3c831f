"""The fresh proof: a password, a code, a passkey or a sign-in at the provider, shown within the last minutes.

allauth writes into the session what was shown and when. A sign-in counts like a proof that was asked for later, one at
a provider from the moment that the provider names (`openid/proof.py`).
"""

import time
from dataclasses import asdict
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from apps.accounts import unsent_forms
from apps.accounts.safe_redirects import next_path
from apps.accounts.unsent_forms import UnsentForm

METHODS = frozenset({"password", "mfa"})
#: Of a sign-in at the provider: since when it counts.
PROVED_AT = "proved_at"
PROVED = "You confirmed that it is you."
_IN_SESSION = "form_awaiting_proof"


class FreshProofNeeded(Exception):
    """What was asked for takes a proof of the last minutes; the middleware leads the person to give one."""


def has_fresh_proof(request: HttpRequest) -> bool:
    """Whether the person has shown within `FRESH_PROOF_MINUTES` that it is they."""
    if not request.user.is_authenticated:
        return False
    since = time.time() - settings.FRESH_PROOF_MINUTES * 60
    return any(_proved_at(record) > since for record in get_authentication_records(request, request.user))


def _proved_at(record: dict[str, Any]) -> float:
    """Since when a record of the session counts; 0 for one that proves nothing."""
    if record.get("method") == "socialaccount":
        return float(min(record.get("at", 0), record.get(PROVED_AT, 0)))
    return float(record.get("at", 0)) if record.get("method") in METHODS else 0.0


def demand_fresh_proof(request: HttpRequest) -> None:
    """Raise `FreshProofNeeded` where the person has not shown of late that it is they; before anything is done."""
    if not has_fresh_proof(request):
        raise FreshProofNeeded


def proof_url(request: HttpRequest, page: str) -> str:
    """The address that asks for a proof and goes on to the page; who has nothing to show signs in again."""
    methods = get_adapter().get_reauthentication_methods(request.user)
    address = methods[0]["url"] if methods else reverse("account_sign_in_again")
    return f"{address}?{urlencode({'next': page})}"


def proof_first(request: HttpRequest) -> HttpResponse:
    """To the page that asks for a proof. A form that was sent waits in the session, and is shown again after it."""
    htmx = getattr(request, "htmx", None)
    if request.method == "POST":
        form = unsent_forms.unsent_form_of(request)
        request.session[_IN_SESSION] = asdict(form)
        page = form.next_page
    else:
        page = (htmx.current_url_abs_path if htmx else None) or request.get_full_path()
    address = proof_url(request, page)
    return HttpResponseClientRedirect(address) if htmx else redirect(address)


def waiting_form(request: HttpRequest, page: str | None = None) -> UnsentForm | None:
    """The form that waits for the proof this page asks for; `page`: where that leads, if the request does not say."""
    stored = request.session.get(_IN_SESSION)
    form = UnsentForm(**stored) if isinstance(stored, dict) else None
    wanted = next_path(request, "") if page is None else page
    return form if form and form.next_page == wanted else None


def page_after_proof(request: HttpRequest, page: str | None = None) -> str:
    """Where the form that waited is shown again; "" where none did."""
    form = waiting_form(request, page)
    request.session.pop(_IN_SESSION, None)
    return unsent_forms.store_in_session(request, form, PROVED) if form else ""
