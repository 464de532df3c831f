"""Which account somebody gets whom the provider vouches for: theirs, one with their address, or a new one."""

from typing import Any

from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.openid.refusals import Reason, Refused
from apps.accounts.product_events import EventKind, tell
from apps.accounts.roles import LastAdmin, set_role


def join(request: HttpRequest, login: SocialLogin) -> None:
    """Give the sign-in its account. Raises `Refused`; nothing is stored then."""
    try:
        with transaction.atomic():
            _join(request, login)
    except IntegrityError:
        # Two tabs of one person at the same moment: the other one has joined or made the account.
        with transaction.atomic():
            login.user = None
            login.lookup()
            _join(request, login)


def follow_role(request: HttpRequest, person: User, role: str | None) -> bool:
    """Give the person the role that the provider names; False where they stay the only admin."""
    if role is None or role == person.role or not person.is_active:
        return True
    former = person.role
    try:
        set_role(person, role)
    except LastAdmin:
        return False
    tell(
        EventKind.ROLE_CHANGED,
        None,
        request,
        subject=person,
        facts={"from": former, "to": role, "by": "OpenID provider"},
    )
    return True


def _join(request: HttpRequest, login: SocialLogin) -> None:
    if login.is_existing:
        return
    told: dict[str, Any] = login.account.extra_data
    person = User.objects.filter(email__iexact=told["email"]).first()
    if person is None:
        if not told["role"]:
            raise Refused(Reason.NO_ACCOUNT)
        person = User.objects.create_user(told["email"], None, name=told["name"][:150], role=told["role"])
        tell(EventKind.PERSON_CREATED, None, request, subject=person, facts={"by": "OpenID provider"})
    elif SocialAccount.objects.filter(user=person, provider=login.account.provider).exists():
        # An address that somebody else has now does not open the account of who had it.
        raise Refused(Reason.OTHER_ACCOUNT)
    login.user = person
    if person.is_active:
        login.connect(request, person)
