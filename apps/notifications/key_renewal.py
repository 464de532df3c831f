"""Reminds people of keys that are older than `KEY_RENEWAL_DAYS`: once, and every thirty days from then on."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from apps.connections.models import Connection
from apps.mail.rendering import absolute_url
from apps.notifications.kinds import Kind, register
from apps.notifications.models import Notification, Outcome
from apps.notifications.telling import Event, MailTemplate, tell

DUE = register(Kind("key_renewal_due", "An API key should be renewed"))
AGAIN_DAYS = 30


def remind() -> int:
    """Tell the owners whose keys are due and who were not told within thirty days; how many were told.

    Each reminder has a name of its own, so several workers tell it once.
    """
    if not settings.KEY_RENEWAL_DAYS:
        return 0
    limit = timezone.now() - timedelta(days=settings.KEY_RENEWAL_DAYS)
    due = Connection.objects.filter(~Q(ring_key_id=""), stored_at__lte=limit, owner__is_active=True)
    keys = {_event_key(connection): connection for connection in due.select_related("owner", "service")}
    told = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
    for key in keys.keys() - told:
        _tell(key, keys[key])
    return len(keys.keys() - told)


def _event_key(connection: Connection) -> str:
    """Names the reminder: of this very key, the first, the second and so on."""
    number = ((connection.age_days or 0) - settings.KEY_RENEWAL_DAYS) // AGAIN_DAYS
    return f"{DUE.name}:{connection.key_name}:{number}"


def _tell(key: str, connection: Connection) -> None:
    title = f"Your key for {connection.service.name} is {connection.age_days} days old"
    event = Event(
        key,
        DUE,
        Outcome.ATTENTION,
        title,
        reverse("connections:edit", args=[connection.pk]),
        "Make a new key at the service, store it here, then remove the old one there.",
    )
    context = {
        "title": title,
        "connection": connection,
        "url": absolute_url("connections:edit", connection.pk),
    }
    tell(event, connection.owner, MailTemplate(DUE.name, context))
