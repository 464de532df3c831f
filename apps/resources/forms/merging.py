"""A record three ways: as a form showed it, as it is now, and as the person wants it; merged value by value."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.http import QueryDict

from apps.api.contract.contract import Field
from apps.resources.forms import snapshots
from apps.resources.forms.contract_form import ContractForm
from apps.resources.writes.bodies import field_at, is_same
from apps.ui.columns import Record
from apps.ui.values import value_at

CHOICE_PREFIX = "_choice."
MINE, THEIRS = "mine", "theirs"
ASKED_SALT = "resources.asked-about"


@dataclass(frozen=True)
class ShownConflicts:
    """What a page with conflicts showed: the record as it was then, and the fields it asked about."""

    record: Record
    names: frozenset[str]

    @classmethod
    def read(cls, text: str) -> "ShownConflicts | None":
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
    asked: ShownConflicts | None
    #: Field → "mine" or "theirs", for what was decided there.
    choices: Mapping[str, str]

    @classmethod
    def read(cls, data: QueryDict) -> "Opened":
        """From a posted form."""
        return cls(
            ContractForm.read_snapshot(data.get("_original", "")),
            ShownConflicts.read(data.get("_asked", "")),
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

    def choice(self, name: str, now: Any, field: Field | None) -> str:
        """What the person chose, looking at the value that is still there; "" for nothing."""
        if self.asked is None or not is_same(value_at(self.asked.record, name), now, field):
            return ""
        return self.choices.get(name, "")


@dataclass(frozen=True)
class Merge:
    """What a person wants of a record that somebody else may have changed since it was shown."""

    opened: Opened
    #: The record as it is now.
    now: Record
    #: The fields that the person changed, dotted inside objects, with the values wanted.
    mine: Mapping[str, Any]
    #: All fields that the form showed, and those of the contract's body.
    shown: Collection[str]
    fields: Mapping[str, Field]

    @cached_property
    def clashing(self) -> frozenset[str]:
        """The changed fields that hold neither what was there before nor what is there now."""
        return frozenset(name for name in self.mine if name in self.shown and self._clashes(name))

    @cached_property
    def undecided(self) -> frozenset[str]:
        """Those without a choice."""
        return frozenset(name for name in self.clashing if not self.choice(name))

    @cached_property
    def changed_elsewhere(self) -> frozenset[str]:
        """The fields that somebody else changed and the person did not."""
        first = self.opened.first
        if first is None:
            return frozenset()
        left = (name for name in self.shown if name not in self.mine)
        return frozenset(
            name for name in left if not self._is_same(name, value_at(first, name), self.at(name))
        )

    @property
    def untouched(self) -> frozenset[str]:
        """The shown fields that stay as they are now: left alone, or once all is decided given up for what is there."""
        given_up = {name for name in self.clashing if self.choice(name) == THEIRS}
        left = frozenset(self.shown) - self.mine.keys()
        return left if self.undecided else left | given_up

    def values(self) -> dict[str, Any]:
        """What is to be set on the record as it is now: the wanted values that it does not have, and nobody gave up."""
        return {
            name: value
            for name, value in self.mine.items()
            if name not in self.untouched and not self._is_same(name, value, self.at(name))
        }

    def choice(self, name: str) -> str:
        """ "mine" or "theirs" where that was decided looking at what is there now, else ""."""
        return self.opened.choice(name, self.at(name), field_at(self.fields, name))

    def at(self, name: str) -> Any:
        """The field as it is now."""
        return value_at(self.now, name)

    def _clashes(self, name: str) -> bool:
        if self._is_same(name, self.mine[name], self.at(name)):
            return False
        return not self.opened.is_known(name) or not self._is_same(name, self.opened.was(name), self.at(name))

    def _is_same(self, name: str, one: Any, other: Any) -> bool:
        return is_same(one, other, field_at(self.fields, name))


def read_choices(data: QueryDict) -> dict[str, str]:
    """Field → "mine" or "theirs", for the fields whose conflict was shown and decided."""
    return {
        name.removeprefix(CHOICE_PREFIX): str(value)
        for name, value in data.items()
        if name.startswith(CHOICE_PREFIX) and value in (MINE, THEIRS)
    }
