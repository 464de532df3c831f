"""Rate limits for wrong passwords: per network, per account and place, per account from unknown places.

A stranger's tries lock the account where the stranger is. Those of many strangers share few tries a day, and do not
count against browsers and networks from which the person has signed in before.
"""

import hashlib
import math
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.db.models import Q
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, get_random_string, salted_hmac

from apps.accounts.client_address import client_network
from apps.accounts.models import KnownNetwork, SignInTry, User


class Limit(NamedTuple):
    """So many tries within a time."""

    amount: int
    within: timedelta


PER_NETWORK = Limit(10, timedelta(minutes=1))
PER_ACCOUNT_AND_PLACE = Limit(5, timedelta(minutes=15))
PER_ACCOUNT_FROM_UNKNOWN_PLACES = Limit(20, timedelta(days=1))
CODES_PER_ACCOUNT = Limit(20, timedelta(days=1))

_COOKIE_SALT = "accounts.known-browser"
KNOWN_FOR = timedelta(days=180)
#: Accounts that one browser is known for, and networks that one account is.
_MOST_KNOWN = 5
_MOST_NETWORKS = 20


class Locked(Exception):
    """Too many wrong passwords; `opens` is when the next one may be tried."""

    def __init__(self, opens: datetime) -> None:
        super().__init__(opens)
        self.opens = opens

    @property
    def words(self) -> str:
        """Until when, for the page."""
        waiting = waiting_words((self.opens - timezone.now()).total_seconds())
        return f"Too many failed sign-ins. Try again in {waiting}."


def waiting_words(seconds: float) -> str:
    """How long one has to wait, for a page: "15 minutes"."""
    minutes = max(1, math.ceil(seconds / 60))
    many, unit = (math.ceil(minutes / 60), "hour") if minutes > 90 else (minutes, "minute")
    return f"{many} {unit}{'' if many == 1 else 's'}"


def record_attempt(request: HttpRequest, email: str) -> SignInTry:
    """Record one attempt; the caller deletes it when the password was right. Raises `Locked` after too many.

    Noted first and counted then: of tries at the same moment, in whatever process, no more get through than may.
    """
    account, place, is_known = _where(request, email)
    limits = [] if is_known else [(PER_ACCOUNT_FROM_UNKNOWN_PLACES, Q(account=account, is_known=False))]
    return _record(request, account, place, is_known, limits)


def record_code_attempt(request: HttpRequest, user: User) -> SignInTry:
    """The same for a code of the second step, counted apart. Raises `Locked` after too many.

    Only who knows the password gets this far, so all places together have few tries a day, known ones too.
    """
    _, place, is_known = _where(request, user.email)
    account = _digest(f"code:{user.pk}")
    return _record(request, account, place, is_known, [(CODES_PER_ACCOUNT, Q(account=account))])


def _record(
    request: HttpRequest, account: str, place: str, is_known: bool, limits: list[tuple[Limit, Q]]
) -> SignInTry:
    now = timezone.now()
    SignInTry.objects.filter(at__lt=now - PER_ACCOUNT_FROM_UNKNOWN_PLACES.within).delete()
    tried = SignInTry.objects.create(
        account=account, network=client_network(request), place=place, is_known=is_known, at=now
    )
    limits = [
        (PER_NETWORK, Q(network=tried.network)),
        (PER_ACCOUNT_AND_PLACE, Q(account=account, place=place)),
        *limits,
    ]
    ends = [end for limit, those in limits if (end := _locked_until(limit, those, tried, now))]
    if ends:
        tried.delete()
        raise Locked(max(ends))
    return tried


def clear_attempts(user: User) -> None:
    """Delete the recorded attempts of an account: its owner has shown in another way who they are."""
    SignInTry.objects.filter(account=_account_key(user)).delete()


def remember_browser_and_network(request: HttpRequest, response: HttpResponseBase, user: User) -> None:
    """Know this browser and this network again, for this account."""
    network = client_network(request)
    if network:
        KnownNetwork.objects.update_or_create(
            user=user, network=network, defaults={"seen_at": timezone.now()}
        )
        kept = user.known_networks.order_by("-seen_at").values_list("pk", flat=True)[:_MOST_NETWORKS]
        user.known_networks.exclude(pk__in=list(kept)).delete()
    entries = [entry for entry in _entries(request) if entry[0] != str(user.pk)]
    entries.insert(0, [str(user.pk), get_random_string(16), _proof(user)])
    response.set_cookie(
        settings.KNOWN_BROWSER_COOKIE_NAME,
        signing.dumps(entries[:_MOST_KNOWN], salt=_COOKIE_SALT),
        max_age=KNOWN_FOR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _locked_until(limit: Limit, those: Q, tried: SignInTry, now: datetime) -> datetime | None:
    """When the next try may be made, where this one may not."""
    earlier = SignInTry.objects.filter(those, at__gt=now - limit.within).exclude(pk=tried.pk)
    times = list(earlier.order_by("-at").values_list("at", flat=True)[: limit.amount])
    return times[-1] + limit.within if len(times) == limit.amount else None


def _where(request: HttpRequest, email: str) -> tuple[str, str, bool]:
    """The account, the place, and whether the account's owner has been there; for an unknown account the same work."""
    network = client_network(request)
    user = account_with(email)
    account = _account_key(user) if user else _digest(f"email:{email.strip().casefold()}")
    is_near = KnownNetwork.objects.filter(
        user_id=user.pk if user else UUID(int=0), network=network, seen_at__gt=timezone.now() - KNOWN_FOR
    ).exists()
    browser = _known_browser(request, user) if user else ""
    return (
        account,
        _digest(f"browser:{browser}" if browser else f"network:{network}"),
        bool(browser) or is_near,
    )


def is_new_browser(request: HttpRequest, user: User) -> bool:
    """Whether the person has never signed in with this browser, though with another; told before it is remembered.

    One that was known before the password changed is no new one.
    """
    is_known = any(entry[0] == str(user.pk) for entry in _entries(request))
    return not is_known and user.known_networks.exists()


def account_with(email: str) -> User | None:
    """The person who signs in with this address, as it was typed."""
    return User.objects.filter(email__iexact=email.strip()).first()


def _account_key(user: User) -> str:
    return _digest(f"user:{user.pk}")


def _known_browser(request: HttpRequest, user: User) -> str:
    """The name of this browser where it is known for the account; a changed password makes all of them strangers."""
    for key, name, proof in _entries(request):
        if key == str(user.pk) and constant_time_compare(proof, _proof(user)):
            return name
    return ""


def _entries(request: HttpRequest) -> list[list[str]]:
    cookie = request.COOKIES.get(settings.KNOWN_BROWSER_COOKIE_NAME, "")
    try:
        entries: Any = signing.loads(cookie, salt=_COOKIE_SALT, max_age=KNOWN_FOR) if cookie else []
    except signing.BadSignature:
        return []
    return list(entries)


def _proof(user: User) -> str:
    return salted_hmac(_COOKIE_SALT, user.password, algorithm="sha256").hexdigest()[:32]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
