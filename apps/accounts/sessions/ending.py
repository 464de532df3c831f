"""Ends sessions of a person: all of them, all but the one they use, or one."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY, update_session_auth_hash
from django.db import transaction
from django.db.models import F
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.product_events import EventKind, acting_person, tell
from apps.accounts.second_factor.requirement import FACTORS


def end_sessions(person: User) -> None:
    """End every session of the person: none of them opens anything from the next request on.

    The number on the account, which each session has to match, also ends those that stand in no list.
    """
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(session_generation=F("session_generation") + 1)
        person.refresh_from_db(fields=["session_generation"])
        get_adapter().end_sessions(UserSession.objects.filter(user_id=person.pk))
        _tell(person, "all")


def end_other_sessions(request: HttpRequest, person: User) -> None:
    """End every session of the person who makes this request, but the one it is made in, which gets a new key."""
    former = request.session.session_key
    with transaction.atomic():
        User.objects.filter(pk=person.pk).update(session_generation=F("session_generation") + 1)
        person.refresh_from_db(fields=["session_generation"])
        others = UserSession.objects.filter(user_id=person.pk).exclude(session_key=former)
        get_adapter().end_sessions(others)
        update_session_auth_hash(request, person)
        _rename(former, request)
        _tell(person, "all others")


def end_session(person: User, number: int) -> bool:
    """End one session of the person; False where they have none of that number."""
    sessions = UserSession.objects.filter(user_id=person.pk, pk=number)
    found = bool(sessions)
    get_adapter().end_sessions(sessions)
    if found:
        _tell(person, "one")
    return found


def rotate_session_key(request: HttpRequest) -> None:
    """Give the session of this request a new key: whoever knew the former one holds nothing any more."""
    former = request.session.session_key
    request.session.cycle_key()
    _rename(former, request)


def renew_at_step_up(sender: object, request: HttpRequest, **details: Any) -> None:
    """Who is signed in and proves once more who they are gets a new key; a receiver of allauth's signal."""
    if SESSION_KEY in request.session:
        rotate_session_key(request)


def end_others_at_new_factor(
    sender: object, request: HttpRequest, user: User, authenticator: Authenticator, **details: Any
) -> None:
    """Who adds or removes a second factor ends their other sessions; a receiver of allauth's signals.

    Whoever holds one of them knew what was enough before.
    """
    is_own = isinstance(request.user, User) and request.user.pk == user.pk
    if is_own and SESSION_KEY in request.session and authenticator.type in FACTORS:
        end_other_sessions(request, user)


def _tell(person: User, which: str) -> None:
    by = acting_person()
    tell(EventKind.SESSION_ENDED, by, subject=None if by == person else person, facts={"which": which})


def _rename(former: str | None, request: HttpRequest) -> None:
    UserSession.objects.filter(session_key=former).update(session_key=request.session.session_key)
