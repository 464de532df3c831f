"""The sessions of a person, for themselves to look at."""

import time
from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.http import HttpRequest

from apps.accounts.models import User
from apps.accounts.sessions.devices import device_words
from apps.accounts.sessions.life import is_over_by_times
from apps.accounts.sessions.places import network_words, place_words


@dataclass(frozen=True)
class ListedSession:
    """One session in words."""

    number: int
    device: str
    place: str
    network: str
    signed_in_at: datetime
    used_at: datetime
    is_this: bool


def sessions_of(request: HttpRequest, person: User) -> list[ListedSession]:
    """The person's sessions that are not over, the one of this request first, then those used last."""
    here = UserSession.objects.filter(session_key=request.session.session_key).first()
    address_here = here.ip if here else ""
    now = int(time.time())
    found = [
        ListedSession(
            number=one.pk,
            device=device_words(one.user_agent),
            place=place_words(one.ip),
            network=network_words(one.ip, address_here),
            signed_in_at=one.created_at,
            used_at=one.last_seen_at,
            is_this=one.session_key == request.session.session_key,
        )
        for one in UserSession.objects.purge_and_list(person)
        if not is_over_by_times(int(one.created_at.timestamp()), int(one.last_seen_at.timestamp()), now)
    ]
    return sorted(found, key=lambda one: (not one.is_this, -one.used_at.timestamp()))
