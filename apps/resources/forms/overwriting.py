"""The overwrite guard: what somebody else changed while a form was open is never written over silently.

The API has no versions. So a save re-reads the record and compares it field by field with what the form was opened on.
Where that is not known any more, every field that differs from the record as it is now is asked about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.text import get_text_list

from apps.resources.forms import snapshots
from apps.resources.forms.contract_form import ContractForm
from apps.resources.forms.fields import SeveralField
from apps.resources.references.name_cache import Names
from apps.text.direction import isolated
from apps.ui.columns import Record
from apps.ui.contract_values import as_boolean
from apps.ui.values import MISSING, is_missing, text_of, value_at

CHOICE_PREFIX = "_choice."
MINE, THEIRS = "mine", "theirs"
ASKED_SALT = "resources.asked-about"


@dataclass(frozen=True)
class Conflict:
    """A field that both the person and somebody else changed: as the form found it, as it is now, as typed."""

    name: str
    label: str
    #: None when it is not known any more.
    was: str | None
    now: str
    yours: str
    #: "mine" or "theirs" when it was decided looking at what is there now, else "".
    choice: str = ""

    @property
    def choice_name(self) -> str:
        """The name of the field's choice in the form."""
        return CHOICE_PREFIX + self.name


@dataclass(frozen=True)
class OtherChange:
    """A field that somebody else changed and the person left alone: it stays as it is now."""

    label: str
    was: str
    now: str


@dataclass(frozen=True)
class Asked:
    """What a page with conflicts showed: the record as it was then, and the fields it asked about."""

    record: Record
    names: frozenset[str]

    @classmethod
    def read(cls, text: str) -> "Asked | None":
        """From the text of a posted form; None when there is none that can be believed."""
        values = snapshots.read(text, ASKED_SALT) or {}
        record, names = values.get("record"), values.get("names")
        if not isinstance(record, Mapping) or not isinstance(names, list):
            return None
        return cls(record, frozenset(names))

    def text(self) -> str:
        """Signed, for the hidden field of the form that asks."""
        return snapshots.sign({"record": self.record, "names": sorted(self.names)}, ASKED_SALT)


@dataclass(frozen=True)
class Opened:
    """What a posted form was opened on, as far as it can be believed."""

    #: None when it is missing, forged or too old.
    original: Record | None
    #: What an answer with conflicts asked about since.
    asked: Asked | None
    #: Field → "mine" or "theirs", for what was decided there.
    choices: Mapping[str, str]

    @classmethod
    def read(cls, data: QueryDict) -> "Opened":
        """From a posted form."""
        return cls(
            ContractForm.read_snapshot(data.get("_original", "")),
            Asked.read(data.get("_asked", "")),
            read_choices(data),
        )

    @property
    def shown(self) -> Record | None:
        """What the form's controls showed when it was drawn last."""
        return self.asked.record if self.asked else self.original

    def is_known(self, name: str) -> bool:
        """Whether it is known what the person saw and changed; a field once asked about needs its choice."""
        return name not in self.asked.names if self.asked else self.original is not None

    def was(self, name: str) -> Any:
        """The field before the person changed it."""
        if self.asked and name not in self.asked.names:
            return value_at(self.asked.record, name)
        return value_at(self.original or {}, name)

    @property
    def first(self) -> Record | None:
        """The record as the person saw it first, as far as it is known."""
        return self.shown if self.original is None else self.original

    def choice(self, name: str, now: Any) -> str:
        """What the person chose, looking at the value that is still there; "" for nothing."""
        if self.asked is None or not _is_same(value_at(self.asked.record, name), now):
            return ""
        return self.choices.get(name, "")


class Guard:
    """One save: a valid form that shows what `opened.shown` says, and the record as it is now."""

    def __init__(self, form: ContractForm, opened: Opened, current: Record) -> None:
        self._form = form
        self._opened = opened
        self._current = current

    @cached_property
    def clashing(self) -> list[str]:
        """The changed fields that hold neither what was there before nor what is there now."""
        return self._as_on_the_page(name for name in self._form.changed_names() if self._is_conflict(name))

    @property
    def undecided(self) -> list[str]:
        """The labels of those without a choice."""
        return [self._label(name) for name in self.clashing if not self._choice(name)]

    def referred(self) -> dict[str, set[str]]:
        """The ids that shown values refer to, by tag: people know those records by their names."""
        ids: dict[str, set[str]] = {}
        shown = {name: list(self._values(name)) for name in self.clashing}
        shown |= {
            name: [value_at(record, name) for record in self._first_and_now]
            for name in self._changed_elsewhere
        }
        for name, values in shown.items():
            if tag := self._form.references.get(name):
                ids.setdefault(tag, set()).update(text_of(value) for value in values)
        return ids

    def conflicts(self, names: Mapping[str, Names]) -> list[Conflict]:
        """The clashing fields in words; `names` has those of `referred`."""
        return [self._conflict(name, self._names(name, names)) for name in self.clashing]

    def others(self, names: Mapping[str, Names]) -> list[OtherChange]:
        """What somebody else changed and the person did not, in words; `names` has those of `referred`."""
        return [
            OtherChange(
                self._label(name),
                *(_words(value_at(record, name), self._names(name, names)) for record in self._first_and_now),
            )
            for name in self._changed_elsewhere
        ]

    def said_of_others(self, kept: str) -> str:
        """A sentence about what somebody else changed and the person did not; "" when that is nothing."""
        labels = get_text_list([self._label(name) for name in self._changed_elsewhere], "and")
        return f"Somebody else changed {labels} meanwhile; {kept}." if labels else ""

    def asked(self) -> Asked:
        """What the answer with the conflicts shows."""
        return Asked(self._form.shown_of(self._current), frozenset(self.clashing))

    def rebased(self) -> QueryDict:
        """What was sent, carried over onto the record as it is now.

        Fields the person left alone, and those where they chose what is there now, take the present value. While a
        choice is missing, what was typed stays.
        """
        data = cast(QueryDict, self._form.data).copy()
        changed = set(self._form.changed_names())
        is_decided = not self.undecided
        left = {name for name in self.clashing if is_decided and self._choice(name) == THEIRS}
        for name in self._form.contract_field_names():
            # A password that the API should never tell is not sent back to it.
            if name in self._form.passwords:
                continue
            if name not in changed or name in left:
                _put(data, name, self._form.fields[name], value_at(self._current, name))
        if is_decided:
            data["_original"] = self._form.snapshot(self._current)
        return data

    def _is_conflict(self, name: str) -> bool:
        now = value_at(self._current, name)
        if name in self._form.passwords or _is_same(self._form.cleaned_data[name], now):
            return False
        return not self._opened.is_known(name) or not _is_same(self._opened.was(name), now)

    @cached_property
    def _changed_elsewhere(self) -> list[str]:
        before = self._opened.first
        if before is None:
            return []
        changed = {*self._form.changed_names(), *self._form.passwords}
        return self._as_on_the_page(
            name
            for name in self._form.contract_field_names()
            if name not in changed and not _is_same(value_at(before, name), value_at(self._current, name))
        )

    def _as_on_the_page(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=list(self._form.fields).index)

    @property
    def _first_and_now(self) -> tuple[Record, Record]:
        return self._opened.first or {}, self._current

    def _names(self, name: str, names: Mapping[str, Names]) -> Names:
        return names.get(self._form.references.get(name, ""), {})

    def _values(self, name: str) -> tuple[Any, Any, Any]:
        return self._opened.was(name), value_at(self._current, name), self._form.cleaned_data[name]

    def _conflict(self, name: str, names: Names) -> Conflict:
        was, now, yours = (_words(value, names) for value in self._values(name))
        is_known = self._opened.original is not None
        return Conflict(name, self._label(name), was if is_known else None, now, yours, self._choice(name))

    def _label(self, name: str) -> str:
        return str(self._form.fields[name].label)

    def _choice(self, name: str) -> str:
        return self._opened.choice(name, value_at(self._current, name))


def _words(value: Any, names: Names) -> str:
    """A value as a person knows it: a record by its name and id."""
    text = MISSING if is_missing(value) else text_of(value)
    return f"{isolated(names[text])} ({text})" if names.get(text) else text


def _is_same(one: Any, other: Any) -> bool:
    return one == other or (is_missing(one) and is_missing(other))


def _put(data: QueryDict, name: str, field: forms.Field, value: Any) -> None:
    if isinstance(field, forms.BooleanField):
        data.setlist(name, ["on"] if as_boolean(value) is True else [])
    elif isinstance(field, SeveralField):
        data.setlist(name, field.prepare_value(value))
    else:
        shown = field.prepare_value(value)
        data[name] = "" if is_missing(shown) else text_of(shown)


def read_choices(data: QueryDict) -> dict[str, str]:
    """Field → "mine" or "theirs", for the fields whose conflict was shown and decided."""
    return {
        name.removeprefix(CHOICE_PREFIX): str(value)
        for name, value in data.items()
        if name.startswith(CHOICE_PREFIX) and value in (MINE, THEIRS)
    }
