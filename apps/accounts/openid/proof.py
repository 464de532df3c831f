"""A fresh proof by the provider: the person signs in there anew, and the provider says when that was (`auth_time`).

Who is still signed in there comes back without having shown anything. So an answer counts from the moment that the
signed token names, and not from when it came: at a sign-in as for a proof that was asked for.
"""

import time
from typing import Any

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.openid.configuration import OpenIDProvider
from apps.accounts.openid.current import current_provider
from apps.accounts.openid.refusals import Reason, Refused
from apps.accounts.step_up.proof import PROVED_AT

#: allauth's name for a way there and back that signs nobody in.
PROCESS = AuthProcess.REDIRECT
#: In the state of a way there: when it was begun.
BEGUN_AT = "proof_begun_at"
#: Has the provider ask for a sign-in although there was one, and name its moment (OpenID Connect Core 1.0, 3.1.2.1).
PARAMETERS = {"prompt": "login", "max_age": "0"}
_CLOCKS_DIFFER_SECONDS = 60


def provider_that_knows(person: Any) -> OpenIDProvider | None:
    """The provider that is set, where the person has an account there."""
    configuration: OpenIDProvider | None = settings.OPENID_PROVIDER
    if configuration is None or not isinstance(person, User):
        return None
    accounts = SocialAccount.objects.filter(user=person, provider=configuration.key)
    return configuration if accounts.exists() else None


def is_proof(login: SocialLogin) -> bool:
    """Whether the answer was asked for as a proof, by somebody who is signed in."""
    return bool(login.state.get("process") == PROCESS)


def note_sign_in(request: HttpRequest, login: SocialLogin) -> None:
    """Keep with a sign-in since when it counts as a proof."""
    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY) or []
    if records and (proved_at := _proved_at(login)) is not None:
        records[-1][PROVED_AT] = proved_at
        request.session[AUTHENTICATION_METHODS_SESSION_KEY] = records


def take_proof(request: HttpRequest, login: SocialLogin) -> None:
    """Take the answer for a proof. Raises `Refused` for that of another account, and for an old sign-in."""
    person = request.user
    if not (isinstance(person, User) and login.is_existing and login.user.pk == person.pk):
        raise Refused(Reason.OTHER_PERSON)
    proved_at = _proved_at(login)
    if proved_at is None:
        raise Refused(Reason.NO_SIGN_IN_TIME)
    if proved_at < login.state.get(BEGUN_AT, time.time()) - _CLOCKS_DIFFER_SECONDS:
        raise Refused(Reason.NOT_ANEW)
    record_authentication(
        request,
        person,
        method="socialaccount",
        reauthenticated=True,
        provider=login.account.provider,
        uid=login.account.uid,
        **{PROVED_AT: proved_at},
    )


def _proved_at(login: SocialLogin) -> float | None:
    """When the person signed in at the provider; None where it does not say, unless that is enough here."""
    said = login.auth_time
    if isinstance(said, int | float) and not isinstance(said, bool):
        return min(float(said), time.time())
    return None if current_provider().needs_auth_time else time.time()
