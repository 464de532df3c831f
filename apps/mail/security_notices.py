"""Mails to the owner of an account when something about it changed that somebody else may have done.

They go by no preference: whoever took an account over could switch them off first.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils import timezone

from apps.accounts.client_address import client_address
from apps.accounts.models import User
from apps.accounts.product_events import EventKind, ProductEvent, current_request
from apps.accounts.sessions.devices import device_words
from apps.mail.outbox import queue_message
from apps.mail.rendering import absolute_url

TEMPLATE = "security_notice"


@dataclass(frozen=True)
class Notice:
    """What a mail says of one kind of event: what happened, and where to look if it was not the owner."""

    title: str
    #: What to do besides changing what they sign in with.
    advice: str
    route: str
    label: str


_KEYS = ("Remove the key, and have it revoked at the service.", "connections:list", "Look at your keys")
_SESSIONS = ("End all other sessions.", "accounts:sessions", "Look at your sessions")
_FACTORS = (
    "Look at what your account takes to sign in, and remove what is not yours.",
    "mfa_index",
    "Look at your passkeys and code app",
)
NOTICES: Mapping[EventKind, Notice] = {
    EventKind.SIGNED_IN: Notice("Your account was used in a new browser", *_SESSIONS),
    EventKind.KEY_STORED: Notice("A key was stored in your account", *_KEYS),
    EventKind.KEY_REPLACED: Notice("A key in your account was replaced", *_KEYS),
    EventKind.LINK_SHARED: Notice(
        "A link for people without an account was made",
        "Revoke the link: it stops working at once.",
        "shares:list",
        "Look at your links",
    ),
    EventKind.PASSWORD_CHANGED: Notice("Your password was changed", *_SESSIONS),
    EventKind.PASSWORD_RESET: Notice("Your password was reset", *_SESSIONS),
    EventKind.FACTOR_ADDED: Notice("A second factor was added to your account", *_FACTORS),
    EventKind.FACTOR_REMOVED: Notice("A second factor was removed from your account", *_FACTORS),
    EventKind.FACTOR_RESET: Notice("Your second factors were reset", *_FACTORS),
}


def send_notice(event: ProductEvent, **_others: Any) -> None:
    """Queue the mail of an event that has one, within its transaction; a receiver of `recorded`."""
    notice, owner = NOTICES.get(event.kind), event.subject or event.person
    if notice is None or owner is None or not owner.is_active:
        return
    if event.kind == EventKind.SIGNED_IN and not event.facts.get("new_browser"):
        return
    context = {
        "notice": notice,
        "facts": _facts(event, owner),
        "url": absolute_url(notice.route),
        # "" where nobody signs in with a password.
        "reset_url": absolute_url("account_reset_password") if settings.PASSWORD_SIGN_IN else "",
        "openid_name": settings.OPENID_PROVIDER.name if settings.OPENID_PROVIDER else "",
    }
    queue_message(f"security:{event.kind}:{uuid.uuid4()}", owner, TEMPLATE, context)


def _facts(event: ProductEvent, owner: User) -> list[tuple[str, str]]:
    request = event.request or current_request.get()
    told = [("What", event.title), ("When", f"{timezone.now():%-d %b %Y, %H:%M} UTC")]
    if event.person is not None and event.person != owner:
        told.append(("Who", event.person.email))
    if request is not None:
        told.append(("From", client_address(request) or ""))
        told.append(("Browser", device_words(request.headers.get("User-Agent", "")[:300])))
    else:
        told.append(("From", "a command on the server, or its background worker"))
    return [(label, words) for label, words in told if words]
