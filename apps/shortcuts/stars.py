"""The records a person starred: kept in the cache, so that no page of a record asks the database for them."""

from django.core.cache import cache
from django.db import transaction

from apps.accounts.models import User
from apps.shortcuts.models import Star
from apps.shortcuts.record_link import RecordLink

#: So many a person keeps.
MOST_STARS = 100
_CACHE_SECONDS = 3600


class TooManyStars(Exception):
    """The person has as many stars as one keeps."""


def stars_of(person: User) -> list[RecordLink]:
    """All of the person's, newest first, with whatever key they were seen."""
    links = cache.get(_key(person))
    if links is None:
        links = _read(person)
        # Whoever has changed them meanwhile knows better.
        cache.add(_key(person), links, _CACHE_SECONDS)
    return links  # type: ignore[no-any-return]


def is_starred(person: User, link: RecordLink) -> bool:
    """Whether the person starred the record."""
    return any(star.place == link.place for star in stars_of(person))


def add_star(person: User, link: RecordLink) -> None:
    """Star the record. Raises `TooManyStars`."""
    if not is_starred(person, link) and Star.objects.filter(owner=person).count() >= MOST_STARS:
        raise TooManyStars
    keep_star(person, link)


def keep_star(person: User, link: RecordLink) -> None:
    """Keep the star as the record is now."""
    values = link.values()
    place = {name: values.pop(name) for name in ("service_id", "url")}
    Star.objects.update_or_create(owner=person, **place, defaults=values)
    _note_change(person)


def remove_star(person: User, link: RecordLink) -> None:
    """Take the star away, if there is one."""
    Star.objects.filter(owner=person, service_id=link.service_id, url=link.url).delete()
    _note_change(person)


def renew_star(person: User, link: RecordLink) -> None:
    """The record was opened: a star of it has its name and key of today. Asks the database only where they changed."""
    star = next((star for star in stars_of(person) if star.place == link.place), None)
    if star is not None and star != link:
        keep_star(person, link)


def _read(person: User) -> list[RecordLink]:
    return [
        RecordLink(str(star.service_id), star.key_name, star.organisation, star.kind, star.title, star.url)
        for star in Star.objects.filter(owner=person)
    ]


def _note_change(person: User) -> None:
    cache.set(_key(person), _read(person), _CACHE_SECONDS)
    # Whoever read meanwhile may have kept what was before the commit.
    transaction.on_commit(lambda: cache.set(_key(person), _read(person), _CACHE_SECONDS))


def _key(person: User) -> str:
    return f"stars:{person.pk}"
