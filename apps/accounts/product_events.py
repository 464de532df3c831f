"""What happens to the product itself: the kinds of it, and the signal by which lower layers tell of it.

The log lies above (`apps.audit.events`), so what is here is told by `tell` and written down by whoever listens.
"""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db import models
from django.dispatch import Signal
from django.http import HttpRequest

from apps.accounts.models import User

#: Sent with `event`, a `ProductEvent`.
happened = Signal()
#: Sent with `event` once it is written down, within the same transaction.
recorded = Signal()
#: The web request that is being answered; None in the worker and in commands.
current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)


class EventGroup(StrEnum):
    """Kinds that are looked at together. Its value is what people read."""

    SIGN_IN = "Signing in"
    SECOND_FACTOR = "Second factors"
    PASSWORD = "Passwords"  # noqa: S105
    PEOPLE = "People"
    KEY = "Keys"
    SERVICE = "Services"
    SHARE = "Links"
    SCHEDULE = "Schedules"
    EXPORT = "Exports and files"
    SETTING = "Settings"
    LOG = "The log itself"


class EventKind(models.TextChoices):
    """What happened, in words that follow a person: "signed in"."""

    SIGNED_IN = "signed_in", "Signed in"
    SIGN_IN_FAILED = "sign_in_failed", "Sign-in failed"
    SIGN_IN_LOCKED = "sign_in_locked", "Sign-in locked"
    SIGNED_OUT = "signed_out", "Signed out"
    STEP_UP = "step_up", "Proved again who they are"
    STEP_UP_FAILED = "step_up_failed", "Proof failed"
    SESSION_ENDED = "session_ended", "Ended a session"

    FACTOR_ADDED = "factor_added", "Second factor added"
    FACTOR_REMOVED = "factor_removed", "Second factor removed"
    FACTOR_USED = "factor_used", "Second factor used"
    FACTOR_FAILED = "factor_failed", "Second factor failed"
    FACTOR_RESET = "factor_reset", "Second factor reset"
    FACTOR_REQUIRED = "factor_required", "Second factor required"
    FACTOR_NOT_REQUIRED = "factor_not_required", "Second factor no longer required"

    PASSWORD_CHANGED = "password_changed", "Password changed"
    PASSWORD_RESET = "password_reset", "Password reset"

    PERSON_INVITED = "person_invited", "Person invited"
    INVITATION_WITHDRAWN = "invitation_withdrawn", "Invitation withdrawn"
    PERSON_JOINED = "person_joined", "Person joined"
    PERSON_CREATED = "person_created", "Person added"
    ROLE_CHANGED = "role_changed", "Role changed"
    PERSON_DEACTIVATED = "person_deactivated", "Person deactivated"
    PERSON_REACTIVATED = "person_reactivated", "Person reactivated"
    THINGS_TAKEN_OVER = "things_taken_over", "Schedules and links taken over"

    KEY_STORED = "key_stored", "Key stored"
    KEY_REPLACED = "key_replaced", "Key replaced"
    KEY_REFUSED = "key_refused", "Key refused"
    KEY_REMOVED = "key_removed", "Key removed"
    KEYS_ROTATED = "keys_rotated", "Keys encrypted anew"

    SERVICE_ADDED = "service_added", "Service added"
    SERVICE_CHANGED = "service_changed", "Service changed"
    SERVICE_REMOVED = "service_removed", "Service removed"

    LINK_SHARED = "link_shared", "Link shared"
    LINK_OPENED = "link_opened", "Link opened"
    LINK_REVOKED = "link_revoked", "Link revoked"

    SCHEDULE_CREATED = "schedule_created", "Schedule made"
    SCHEDULE_CHANGED = "schedule_changed", "Schedule changed"
    SCHEDULE_PAUSED = "schedule_paused", "Schedule paused"
    SCHEDULE_RESUMED = "schedule_resumed", "Schedule resumed"
    SCHEDULE_REMOVED = "schedule_removed", "Schedule removed"

    EXPORT_REQUESTED = "export_requested", "Export asked for"
    EXPORT_DOWNLOADED = "export_downloaded", "Export downloaded"
    LIST_DOWNLOADED = "list_downloaded", "List downloaded"

    SETTING_CHANGED = "setting_changed", "Setting changed"

    LOG_DOWNLOADED = "log_downloaded", "Log downloaded"
    EVENTS_MISSED = "events_missed", "Events could not be written"


#: Every kind is in one group; the order is that of the filter.
GROUPS: Mapping[EventGroup, tuple[EventKind, ...]] = {
    EventGroup.SIGN_IN: (
        EventKind.SIGNED_IN,
        EventKind.SIGN_IN_FAILED,
        EventKind.SIGN_IN_LOCKED,
        EventKind.SIGNED_OUT,
        EventKind.STEP_UP,
        EventKind.STEP_UP_FAILED,
        EventKind.SESSION_ENDED,
    ),
    EventGroup.SECOND_FACTOR: (
        EventKind.FACTOR_ADDED,
        EventKind.FACTOR_REMOVED,
        EventKind.FACTOR_USED,
        EventKind.FACTOR_FAILED,
        EventKind.FACTOR_RESET,
        EventKind.FACTOR_REQUIRED,
        EventKind.FACTOR_NOT_REQUIRED,
    ),
    EventGroup.PASSWORD: (EventKind.PASSWORD_CHANGED, EventKind.PASSWORD_RESET),
    EventGroup.PEOPLE: (
        EventKind.PERSON_INVITED,
        EventKind.INVITATION_WITHDRAWN,
        EventKind.PERSON_JOINED,
        EventKind.PERSON_CREATED,
        EventKind.ROLE_CHANGED,
        EventKind.PERSON_DEACTIVATED,
        EventKind.PERSON_REACTIVATED,
        EventKind.THINGS_TAKEN_OVER,
    ),
    EventGroup.KEY: (
        EventKind.KEY_STORED,
        EventKind.KEY_REPLACED,
        EventKind.KEY_REFUSED,
        EventKind.KEY_REMOVED,
        EventKind.KEYS_ROTATED,
    ),
    EventGroup.SERVICE: (EventKind.SERVICE_ADDED, EventKind.SERVICE_CHANGED, EventKind.SERVICE_REMOVED),
    EventGroup.SHARE: (EventKind.LINK_SHARED, EventKind.LINK_OPENED, EventKind.LINK_REVOKED),
    EventGroup.SCHEDULE: (
        EventKind.SCHEDULE_CREATED,
        EventKind.SCHEDULE_CHANGED,
        EventKind.SCHEDULE_PAUSED,
        EventKind.SCHEDULE_RESUMED,
        EventKind.SCHEDULE_REMOVED,
    ),
    EventGroup.EXPORT: (
        EventKind.EXPORT_REQUESTED,
        EventKind.EXPORT_DOWNLOADED,
        EventKind.LIST_DOWNLOADED,
    ),
    EventGroup.SETTING: (EventKind.SETTING_CHANGED,),
    EventGroup.LOG: (EventKind.LOG_DOWNLOADED, EventKind.EVENTS_MISSED),
}


@dataclass(frozen=True)
class ProductEvent:
    """Something that happened. Keys, passwords, codes and links are never part of it."""

    kind: EventKind
    #: Who did it; None where nobody had shown who they are, or nobody did.
    person: User | None
    #: The web request it happened in, by itself the one that is being answered: its address and id are written down.
    request: HttpRequest | None = None
    #: The person whom it concerns, where that is somebody else.
    subject: User | None = None
    #: What it was done to, as `service` or `share`, its id here, and its name.
    about: str = ""
    about_id: str = ""
    title: str = ""
    #: Of what belongs to an organisation: the service, and the API's id of the organisation.
    service_id: UUID | None = None
    organisation: str = ""
    #: More facts, by their names.
    facts: Mapping[str, Any] = field(default_factory=dict)
    #: What such events are counted by, besides those above, where many are summed. It is not written down.
    counted_by: str = ""


def acting_person() -> User | None:
    """Who makes the web request that is being answered; None where nobody is signed in, and outside of one."""
    user = getattr(current_request.get(), "user", None)
    return user if isinstance(user, User) else None


def tell(kind: EventKind, person: User | None, request: HttpRequest | None = None, **details: Any) -> None:
    """Tell whoever listens what happened; `details` are the other parts of a `ProductEvent`."""
    happened.send(sender=ProductEvent, event=ProductEvent(kind, person, request, **details))
