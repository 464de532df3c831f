"""The overwrite guard: what somebody else changed while a form was open is never written over silently.

The API has no versions. So a save re-reads the record and compares it field by field with what the form was opened on.
Where that is not known any more, every field that differs from the record as it is now is asked about.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import get_text_list

from apps.resources.forms.contract_form import ORIGINAL, ContractForm
from apps.resources.forms.merging import CHOICE_PREFIX, Merge, Opened, ShownConflicts
from apps.resources.references.name_cache import Names
from apps.text.direction import isolated
from apps.ui.columns import Record
from apps.ui.values import MISSING, is_missing, text_of, value_at


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


class Guard:
    """One save: a valid form that shows what `opened.shown` says, and the record as it is now."""

    def __init__(self, form: ContractForm, opened: Opened, current: Record) -> None:
        self._form = form
        self._opened = opened
        self._current = current
        shown = [name for name in form.contract_field_names() if name not in form.passwords]
        fields = form.operation.body_fields
        self.merge = Merge(opened, current, form.values(), shown, fields)

    @property
    def undecided(self) -> list[str]:
        """The labels of the fields that both changed and nothing was chosen for."""
        return [self._label(name) for name in self._as_on_the_page(self.merge.undecided)]

    @property
    def untouched(self) -> frozenset[str]:
        """The fields of the form that show what is there now; once all is decided also what the form was opened on."""
        merge = self.merge
        return merge.untouched if merge.undecided else merge.untouched | {ORIGINAL}

    def referred(self) -> dict[str, set[str]]:
        """The ids that shown values refer to, by tag: people know those records by their names."""
        ids: dict[str, set[str]] = {}
        shown = {name: list(self._values(name)) for name in self.merge.clashing}
        shown |= {
            name: [value_at(record, name) for record in self._first_and_now]
            for name in self.merge.changed_elsewhere
        }
        for name, values in shown.items():
            if tag := self._form.references.get(name):
                ids.setdefault(tag, set()).update(text_of(value) for value in values)
        return ids

    def conflicts(self, names: Mapping[str, Names]) -> list[Conflict]:
        """The clashing fields in words; `names` has those of `referred`."""
        clashing = self._as_on_the_page(self.merge.clashing)
        return [self._conflict(name, self._names(name, names)) for name in clashing]

    def others(self, names: Mapping[str, Names]) -> list[OtherChange]:
        """What somebody else changed and the person did not, in words; `names` has those of `referred`."""
        return [
            OtherChange(
                self._label(name),
                *(_words(value_at(record, name), self._names(name, names)) for record in self._first_and_now),
            )
            for name in self._as_on_the_page(self.merge.changed_elsewhere)
        ]

    def said_of_others(self, kept: str) -> str:
        """A sentence about what somebody else changed and the person did not; "" when that is nothing."""
        changed = self._as_on_the_page(self.merge.changed_elsewhere)
        labels = get_text_list([self._label(name) for name in changed], "and")
        return f"Somebody else changed {labels} meanwhile; {kept}." if labels else ""

    def asked(self) -> ShownConflicts:
        """What the answer with the conflicts shows."""
        return ShownConflicts(self._form.shown_of(self._current), self.merge.clashing)

    def _as_on_the_page(self, names: Iterable[str]) -> list[str]:
        return sorted(names, key=list(self._form.fields).index)

    @property
    def _first_and_now(self) -> tuple[Record, Record]:
        return self._opened.first or {}, self._current

    def _names(self, name: str, names: Mapping[str, Names]) -> Names:
        return names.get(self._form.references.get(name, ""), {})

    def _values(self, name: str) -> tuple[Any, Any, Any]:
        return self._opened.was(name), self.merge.at(name), self.merge.mine[name]

    def _conflict(self, name: str, names: Names) -> Conflict:
        was, now, yours = (_words(value, names) for value in self._values(name))
        is_known = self._opened.original is not None
        return Conflict(
            name, self._label(name), was if is_known else None, now, yours, self.merge.choice(name)
        )

    def _label(self, name: str) -> str:
        return str(self._form.fields[name].label)


def _words(value: Any, names: Names) -> str:
    """A value as a person knows it: a record by its name and id."""
    text = MISSING if is_missing(value) else text_of(value)
    return f"{isolated(names[text])} ({text})" if names.get(text) else text
