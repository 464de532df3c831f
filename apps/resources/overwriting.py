"""The overwrite guard: what somebody else changed while a form was open is never written over silently.

The API has no versions. So a save re-reads the record and compares it field by field with what the form was opened on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.http import QueryDict

from apps.resources.columns import Record
from apps.resources.form_fields import SeveralField
from apps.resources.forms import ContractForm
from apps.resources.values import is_missing, text_of, value_at

CHOICE_PREFIX = "_choice."
MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Conflict:
    """A field that both the person and somebody else changed: as the form found it, as it is now, as typed."""

    name: str
    label: str
    was: str
    now: str
    yours: str

    @property
    def choice_name(self) -> str:
        """The name of the field's choice in the form."""
        return CHOICE_PREFIX + self.name


def conflicts(form: ContractForm, current: Record) -> list[Conflict]:
    """The fields of a valid form that hold neither what was there when it was opened nor what is there now."""
    original = form.original or {}
    return [
        Conflict(
            name,
            str(form.fields[name].label),
            text_of(value_at(original, name)),
            text_of(value_at(current, name)),
            text_of(form.cleaned_data[name]),
        )
        for name in form.changed_names()
        if not _is_same(value_at(original, name), now := value_at(current, name))
        and not _is_same(form.cleaned_data[name], now)
    ]


def _is_same(one: Any, other: Any) -> bool:
    return one == other or (is_missing(one) and is_missing(other))


def rebased(form: ContractForm, current: Record, choices: Mapping[str, str]) -> QueryDict:
    """What was sent, carried over onto the record as it is now.

    Fields the person left alone, and those where they chose what is there now, take the present value.
    """
    data = cast(QueryDict, form.data).copy()
    touched = set(form.changed_names())
    for name in form.contract_field_names():
        # A password that the API should never tell is not sent back to it.
        if name in form.passwords:
            continue
        if name not in touched or choices.get(name) == THEIRS:
            _put(data, name, form.fields[name], value_at(current, name))
    return data


def _put(data: QueryDict, name: str, field: forms.Field, value: Any) -> None:
    if isinstance(field, forms.BooleanField):
        data.setlist(name, ["on"] if value is True else [])
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


def are_decided(shown: Sequence[Conflict], choices: Mapping[str, str]) -> bool:
    """Whether every conflict has a choice."""
    return all(conflict.name in choices for conflict in shown)
