"""Finds entries of the change log that a person may see, newest first, however long the log is.

What a person may see are parts of it: their own entries, and those of each organisation that a key of theirs is of.
Each part is read in its order by an index from a place on, and the parts are merged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.accounts.policy import Capability, has_role
from apps.audit.fields import canonical
from apps.audit.models import Entry, Outcome, ids_about
from apps.changes.state import SEARCHED_TIME, Cursor, LogState
from apps.connections.open_services import own, services_open_to
from apps.connections.organisations import organisations_of, visible_to
from apps.resources import registry
from apps.resources.writes.undo import recorded_changes
from apps.text.typed_numbers import AmbiguousNumber, number_text
from apps.ui.values import text_of

#: Resources whose writes are logged and that no app registers.
OTHER_RESOURCES = ("exports",)
#: So many entries are read at most for one page.
MOST_LOOKED_AT = 5_000


class LogSearch:
    """The entries that a state asks for, as a person may see them; iterating reads part after part."""

    def __init__(self, person: User, state: LogState, *, at_once: int = 200, most: int | None = None) -> None:
        self._person = person
        self._state = state
        self._at_once = at_once
        self._most = most
        self._is_newest_first = state.newer is None
        self._sources = list(self._read_sources())
        self._matches = _value_test(state)
        #: Where reading was given up because too much was looked at; None where all was.
        self.stopped_at: Cursor | None = None

    def __iter__(self) -> Iterator[Entry]:
        """The entries; newest first, or from a place on the next newer ones first."""
        for part in self.parts():
            yield from part

    def parts(self) -> Iterator[list[Entry]]:
        """The same part after part, each read when it is wanted."""
        place = self._state.newer or self._state.older
        looked_at = 0
        while True:
            entries = self._read(place)
            if entries:
                place = Cursor.of(entries[-1])
            yield [entry for entry in entries if self._matches(entry)]
            looked_at += len(entries)
            if len(entries) < self._at_once:
                return
            if self._most is not None and looked_at >= self._most:
                self.stopped_at = place
                return

    def _read(self, place: Cursor | None) -> list[Entry]:
        """The next entries, whatever their values."""
        order = ("-at", "-pk") if self._is_newest_first else ("at", "pk")
        found: dict[Any, Entry] = {}
        for source in self._sources:
            beyond = source.filter(_beyond(place, is_older=self._is_newest_first)) if place else source
            found |= {entry.pk: entry for entry in beyond.order_by(*order)[: self._at_once]}
        ordered = sorted(
            found.values(), key=lambda entry: (entry.at, entry.pk.hex), reverse=self._is_newest_first
        )
        return ordered[: self._at_once]

    def _read_sources(self) -> Iterator[QuerySet[Entry]]:
        """Queries that give all of it together. Each has conditions that one index answers, for any planner."""
        # Bodies are long, and nothing here looks into them.
        entries = Entry.objects.filter(_criteria(self._person, self._state)).defer("body")
        values = self._state.values
        if "record" in values:
            # Named one by one: by conditions on whose they are SQLite would walk through all of the organisation.
            found = entries.filter(pk__in=_seen_about(self._person, values))
            yield found.filter(batch=values["run"]) if "run" in values else found
            return
        if "run" in values:
            yield entries.filter(visible_to(self._person, "person", Capability.READ_LOG), batch=values["run"])
            return
        yield entries.filter(own(self._person, Capability.READ_LOG, "person"))
        for service_id, organisation in organisations_of(self._person, Capability.READ_LOG):
            yield entries.filter(service_id=service_id, organisation=organisation)


def searched_since(state: LogState) -> datetime | None:
    """From when on entries are looked for; a search that no index answers goes no further back than `SEARCHED_TIME`."""
    if state.since or not state.is_searched:
        return state.since
    return min(state.until or timezone.now(), timezone.now()) - SEARCHED_TIME


def _beyond(place: Cursor, *, is_older: bool) -> Q:
    # The first condition is what an index is entered by.
    if is_older:
        return Q(at__lte=place.at) & (Q(at__lt=place.at) | Q(pk__lt=place.entry_id))
    return Q(at__gte=place.at) & (Q(at__gt=place.at) | Q(pk__gt=place.entry_id))


def _criteria(person: User, state: LogState) -> Q:
    values, wanted = state.values, Q()
    if since := searched_since(state):
        wanted &= Q(at__gte=since)
    if state.until:
        wanted &= Q(at__lt=state.until)
    if "service" in values and "record" not in values:
        wanted &= Q(service_id=values["service"])
    if "person" in values:
        wanted &= _by(person, values["person"])
    if "resource" in values:
        wanted &= Q(resource=values["resource"])
    if state.place:
        wanted &= Q(path=dict(state.place))
    if "origin" in values:
        wanted &= Q(origin_name=values["origin"])
    if "outcome" in values:
        wanted &= _ended(Outcome(values["outcome"]))
    if "q" in values:
        text = values["q"]
        wanted &= (
            Q(title__icontains=text)
            | Q(record_id=text)
            | Q(closing__record_id=text)
            | Q(closing__words__icontains=text)
        )
    for fragments in _json_fragments(state):
        any_of = Q()
        for fragment in fragments:
            any_of |= Q(changes__icontains=fragment)
        wanted &= any_of
    return wanted


def _by(person: User, email: str) -> Q:
    if email.casefold() in ("me", person.email.casefold()):
        return Q(person=person)
    found = User.objects.filter(email__iexact=email).values_list("pk", flat=True).first()
    return Q(person_id=found) if found else Q(email__iexact=email)


def _seen_about(person: User, values: Mapping[str, str]) -> list[UUID]:
    """The ids of the entries about records of an id, as far as the person may see them."""
    services = (
        [values["service"]]
        if "service" in values
        else list(services_open_to(person, Capability.READ_LOG).values_list("pk", flat=True))
    )
    every = [*(one.name for one in registry.resources()), *OTHER_RESOURCES]
    resources = [values["resource"]] if "resource" in values else every
    ids = ids_about(services, resources, values["record"])
    mine = set(organisations_of(person, Capability.READ_LOG))
    whose = Entry.objects.filter(pk__in=ids).values_list("pk", "person_id", "service_id", "organisation")
    return [
        entry_id
        for entry_id, person_id, service_id, organisation in whose
        if (person_id == person.pk and has_role(person, service_id)) or (service_id, organisation) in mine
    ]


def _ended(outcome: Outcome) -> Q:
    if outcome == Outcome.SENDING:
        return Q(closing=None, deadline__gt=timezone.now())
    if outcome == Outcome.UNKNOWN:
        return Q(closing__outcome=outcome) | Q(closing=None, deadline__lte=timezone.now())
    return Q(closing__outcome=outcome)


# --- Fields and values: JSON as text in the database, read here ---


def _json_fragments(state: LogState) -> Iterator[list[str]]:
    """Texts of which an entry's changes hold one, for each of the filters; more entries hold them than are meant."""
    if "field" in state.values:
        yield [canonical(name)[1:-1] for name in _field_names(state.values["field"])]
    if "value" in state.values:
        yield [canonical(text)[1:-1] for text in _value_texts(state.values["value"])]


def _field_names(typed: str) -> set[str]:
    """Names that a field may have which a person called so: its name, or its label."""
    names = {typed.casefold(), typed.casefold().replace(" ", "_")}
    for resource in registry.resources():
        names |= {name for name, label in resource.labels.items() if label.casefold() == typed.casefold()}
    return names


def _value_texts(typed: str) -> set[str]:
    number = _typed_number(typed)
    texts = {typed}
    if number is not None:
        # 4.50 is found where 4.5 stands.
        texts.add(f"{number.normalize():f}")
    words = {"yes": "true", "no": "false"}
    if typed.casefold() in words:
        texts.add(words[typed.casefold()])
    return texts


def _typed_number(typed: str) -> Decimal | None:
    """The number that a person typed; what may be two is none, and is looked for as it stands."""
    try:
        return _number(number_text(typed))
    except AmbiguousNumber:
        return None


def _number(text: Any) -> Decimal | None:
    try:
        number = Decimal(str(text))
    except InvalidOperation:
        return None
    return number if number.is_finite() and abs(number.adjusted()) < 40 else None


def _value_test(state: LogState) -> Callable[[Entry], bool]:
    """Whether an entry changed the field, from or to the value: both of one change."""
    field, value = state.values.get("field"), state.values.get("value")
    if field is None and value is None:
        return lambda entry: True
    names = _field_names(field) if field is not None else set()

    def matches(entry: Entry) -> bool:
        return any(
            (field is None or _is_called(change["field"], names))
            and (value is None or _holds(_sides(change), value))
            for change in recorded_changes(entry)
        )

    return matches


def _is_called(name: str, names: set[str]) -> bool:
    return name.casefold() in names or name.casefold().rpartition(".")[2] in names


def _sides(change: dict[str, Any]) -> Iterable[Any]:
    return (change[side] for side in ("before", "after") if side in change)


def _holds(sides: Iterable[Any], typed: str) -> bool:
    number, text = _typed_number(typed), typed.casefold()
    for side in sides:
        if number is not None and not isinstance(side, bool) and _number(side) == number:
            return True
        if text in text_of(side).casefold() or (isinstance(side, bool) and text == str(side).casefold()):
            return True
    return False
