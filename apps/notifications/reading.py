"""Marks notifications as read. How many are unread is counted on the account, which every request reads anyway."""

from django.db import transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest, Now
from django.http import HttpRequest

from apps.accounts.access import signed_in_person
from apps.accounts.models import User
from apps.notifications.models import Notification
from apps.ui.waiting.ahead import is_ahead


def mark_read(person: User, notifications: QuerySet[Notification]) -> int:
    """Mark those of the person that are unread; how many."""
    return _mark(person, notifications.filter(recipient=person, read_at=None), read_at=Now())


def mark_unread(person: User, notifications: QuerySet[Notification]) -> int:
    """Mark those of the person that were read; how many."""
    return _mark(person, notifications.filter(recipient=person).exclude(read_at=None), read_at=None)


def mark_opened(request: HttpRequest, url: str = "") -> None:
    """The person opens the thing at `url`, else at this address: what was told about it is read.

    Costs nothing where nothing is unread; a page that a browser fetches ahead has not been looked at.
    """
    person = signed_in_person(request)
    if person.unread_notifications and not is_ahead(request):
        mark_read(person, Notification.objects.filter(url=url or request.path))


def count_anew(person: User) -> None:
    """Set the account's count right where it differs: whoever saves a whole account may write an old one."""
    count = Notification.objects.filter(recipient=person, read_at=None).count()
    if count != person.unread_notifications:
        User.objects.filter(pk=person.pk).update(unread_notifications=count)
        person.unread_notifications = count


def _mark(person: User, notifications: QuerySet[Notification], *, read_at: Now | None) -> int:
    with transaction.atomic():
        count = notifications.update(read_at=read_at)
        if count:
            change = -count if read_at else count
            left = Greatest(F("unread_notifications") + change, 0)
            User.objects.filter(pk=person.pk).update(unread_notifications=left)
            person.unread_notifications = max(person.unread_notifications + change, 0)
    return count
