"""The records a person opened last: one row a person, known from the cache, and written only where it changes."""

from django.core.cache import cache

from apps.accounts.models import User
from apps.shortcuts.models import RecentRecords
from apps.shortcuts.record_link import RecordLink

MOST_RECENTS = 20
_CACHE_SECONDS = 3600


def recents_of(person: User) -> list[RecordLink]:
    """Newest first, with whatever key they were seen."""
    records = cache.get(_key(person))
    if records is None:
        row = RecentRecords.objects.filter(owner=person).first()
        records = row.records if row else []
        cache.set(_key(person), records, _CACHE_SECONDS)
    return [RecordLink(**record) for record in records]


def note_recent(person: User, link: RecordLink) -> None:
    """The person opened the record."""
    known = recents_of(person)
    if known and known[0] == link:
        return
    others = [one for one in known if one.place != link.place]
    records = [one.values() for one in (link, *others)][:MOST_RECENTS]
    if not RecentRecords.objects.filter(owner=person).update(records=records):
        RecentRecords.objects.get_or_create(owner=person, defaults={"records": records})
    cache.set(_key(person), records, _CACHE_SECONDS)


def _key(person: User) -> str:
    return f"recent-records:{person.pk}"
