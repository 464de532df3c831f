"""Checks the chains: that every link is there, in its place, as it was written."""

import heapq
import uuid
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from apps.audit.chain import digest_of, seal_of
from apps.audit.keys import ChainKeyUnreadable, unwrapped
from apps.audit.models import LINK_MODELS, Chain, ChainKey, ChainStart, Entry, EntryClosing, Link

ROWS_AT_ONCE = 1000
#: What Django raises for a column of SQLite with something in it that is no value of the column.
UNREADABLE = (ValueError, TypeError, AttributeError)


@dataclass(frozen=True)
class Head:
    """The end of a chain at some moment: kept elsewhere, it proves later that nothing was cut off."""

    service_id: uuid.UUID
    length: int
    digest: str

    def __str__(self) -> str:
        return f"{self.service_id} {self.length} {self.digest}"

    @classmethod
    def parse(cls, line: str) -> "Head":
        """The head behind its text. Raises `ValueError`."""
        service_id, length, digest = line.split()
        return cls(uuid.UUID(service_id), int(length), digest)


def heads() -> list[Head]:
    """The ends of all chains now."""
    return [Head(chain.pk, chain.length, chain.digest) for chain in Chain.objects.order_by("pk")]


def services() -> list[uuid.UUID]:
    """The services that have a chain, or links without one."""
    found = set(Chain.objects.values_list("pk", flat=True))
    found |= set(ChainStart.objects.filter(number__gt=0).values_list("pk", flat=True))
    for model in LINK_MODELS:
        found |= set(model._base_manager.order_by().values_list("service_id", flat=True).distinct())
    return sorted(found)


def faults_of(service_id: uuid.UUID, known: Sequence[Head] = ()) -> list[str]:
    """What is wrong with the service's chain, in words; `known` are ends that it had before."""
    head = Chain.objects.filter(pk=service_id).first()
    check = _check_of(service_id, known)
    if head is None and (check.number or _has_links(service_id)):
        check.faults.append("The end of the chain was removed, so links may be missing behind the last one.")
    for link in _links(service_id):
        # What was written since is checked the next time.
        if head and link.number > head.length:
            break
        check.link(link)
    if head:
        check.end(head)
    return [*check.faults, *check.unknown_heads(), *_behind_end(head)]


def digest_at(service_id: uuid.UUID, last: int) -> str | None:
    """The digest of the link of that number; None where it, or a link before it, is not as it was written."""
    check = _check_of(service_id)
    for link in _links(service_id):
        if link.number > last:
            break
        check.link(link)
    return check.digest if check.number == last and not check.faults else None


@dataclass(frozen=True)
class Unreadable:
    """A link with something in a column that is no value of it."""

    number: int


@dataclass
class _Check:
    """Goes from link to link and notes what is wrong."""

    known: dict[int, str]
    faults: list[str] = field(default_factory=list)
    number: int = 0
    #: Up to which number the oldest links were removed.
    removed: int = 0
    #: The digest of the last link; None where that was altered or is missing.
    digest: str | None = ""
    #: The last link, for words.
    last: Link | None = None
    keys: dict[uuid.UUID, bytes | None] = field(default_factory=dict)

    def begin(self, start: ChainStart) -> None:
        """Check where the chain begins, and what was known of the links before."""
        self.removed = self.number = start.number
        self.digest = start.digest
        key = self._key(start.key_id) if start.key_id else None
        if start.key_id is None or (key and seal_of(start, key) != start.seal):
            self.faults.append(
                "The start of the chain was altered, so links may be missing before the first one."
            )
        if key is None or self.faults:
            self.digest = None
        for number in [number for number in self.known if number <= start.number]:
            # Of what was removed before the last link, nothing is left to compare.
            if number < start.number or self.known[number] == start.digest:
                del self.known[number]

    def link(self, link: Link | Unreadable) -> None:
        """Check the next link."""
        if link.number <= self.removed:
            self.faults.append(f"Number {link.number} stands before the start of the chain.")
            return
        if link.number > self.number + 1:
            self.missing(self.number + 1, link.number - 1, link)
        self.number = link.number
        if isinstance(link, Unreadable):
            self.faults.append(f"Number {link.number} was altered: it cannot be read.")
            self.digest = None
            return
        self.last = link
        key = self._key(link.key_id)
        if key is None:
            self.digest = None
        elif digest_of(link, key) != link.digest:
            self.faults.append(f"{words_for(link)} was altered.")
            self.digest = None
        else:
            if self.digest is not None and link.previous != self.digest:
                self.faults.append(f"{words_for(link)} does not follow the one before it.")
            self.digest = link.digest
            if self.known.get(link.number) == link.digest:
                del self.known[link.number]

    def end(self, head: Chain) -> None:
        """Check that the last link is the one the chain ends with."""
        if head.length > self.number:
            self.missing(self.number + 1, head.length, None)
        elif head.length < self.number or (self.digest is not None and self.digest != head.digest):
            self.faults.append("The end of the chain was altered.")

    def missing(self, first: int, last: int, following: Link | Unreadable | None) -> None:
        """Note that links are not there."""
        numbers = f"Number {first} is" if first == last else f"Numbers {first} to {last} are"
        after = f", written after {self.last.at:%Y-%m-%d %H:%M:%S}" if self.last else ""
        before = (
            f" and before {following.at:%Y-%m-%d %H:%M:%S}" if after and isinstance(following, Link) else ""
        )
        self.faults.append(f"{numbers} missing{after}{before}.")
        self.digest = None

    def unknown_heads(self) -> Iterator[str]:
        """Ends that were known and that the chain has no more."""
        for number in sorted(self.known):
            yield f"Number {number} is not what it was when this end was noted down."

    def _key(self, key_id: uuid.UUID) -> bytes | None:
        if key_id not in self.keys:
            self.keys[key_id] = _read_key(key_id)
            if self.keys[key_id] is None:
                self.faults.append(
                    f"From number {self.number} on there are links that cannot be checked: API_KEY_RING opens "
                    f"no key {key_id} of the log."
                )
        return self.keys[key_id]


def _check_of(service_id: uuid.UUID, known: Sequence[Head] = ()) -> _Check:
    """The check of a service's chain, at its start."""
    check = _Check({one.length: one.digest for one in known if one.service_id == service_id})
    start = ChainStart.objects.filter(pk=service_id, number__gt=0).first()
    if start:
        check.begin(start)
    return check


def words_for(link: Link) -> str:
    """A link, so that a person finds it."""
    if isinstance(link, EntryClosing):
        entry: Entry | None = None
        with suppress(*UNREADABLE):
            entry = Entry.objects.select_related(None).filter(pk=link.entry_id).first()
        return f"Number {link.number} (how this ended: {entry or 'an entry that is not to be found'})"
    return f"Number {link.number} ({link})"


def _links(service_id: uuid.UUID) -> Iterator[Link | Unreadable]:
    """Openings and closings by their numbers."""
    rows = (_rows(model, service_id) for model in LINK_MODELS)
    return heapq.merge(*rows, key=lambda link: link.number)


def _rows(model: type[Link], service_id: uuid.UUID) -> Iterator[Link | Unreadable]:
    """A model's links by their numbers, some at a time, so that no transaction stays open over them."""
    all_rows = model._base_manager.select_related(None).filter(service_id=service_id).order_by("number")
    last = 0
    while True:
        rows = all_rows.filter(number__gt=last)[:ROWS_AT_ONCE]
        try:
            links: list[Link | Unreadable] = list(rows)
        except UNREADABLE:
            links = [_row(model, service_id, number) for number in rows.values_list("number", flat=True)]
        if not links:
            return
        yield from links
        last = links[-1].number


def _row(model: type[Link], service_id: uuid.UUID, number: int) -> Link | Unreadable:
    try:
        return model._base_manager.select_related(None).get(service_id=service_id, number=number)
    except UNREADABLE:
        return Unreadable(number)


def _has_links(service_id: uuid.UUID) -> bool:
    rows = (model._base_manager.filter(service_id=service_id) for model in LINK_MODELS)
    return any(row.exists() for row in rows)


def _behind_end(head: Chain | None) -> Iterator[str]:
    """Links with numbers that the chain has not come to."""
    if head is None:
        return
    numbers: list[int] = []
    for model in LINK_MODELS:
        rows = model._base_manager.filter(service_id=head.pk, number__gt=head.length)
        numbers += rows.values_list("number", flat=True)
    # What was written while the links were read is in its place.
    head.refresh_from_db()
    for number in sorted(numbers):
        if number > head.length:
            yield f"Number {number} stands behind the end of the chain."


def _read_key(key_id: uuid.UUID) -> bytes | None:
    key = ChainKey.objects.filter(pk=key_id).first()
    try:
        return unwrapped(key.ring_key_id, key.wrapped) if key else None
    except ChainKeyUnreadable:
        return None
