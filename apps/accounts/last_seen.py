"""Notes when a person was here, with a write every few minutes and none otherwise."""

from datetime import timedelta

from django.utils import timezone

from apps.accounts.models import User

NOTED_EVERY = timedelta(minutes=5)


def note_seen(person: User) -> None:
    """Note that the person is here now, unless that was noted a moment ago; signing in notes it too."""
    now = timezone.now()
    if person.seen_at is None or now - person.seen_at >= NOTED_EVERY:
        User.objects.filter(pk=person.pk).update(last_seen_at=now)
        person.last_seen_at = now
