"""What the change log tells of a record, in the words of its resource: fields before and after, and who wrote last."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from itertools import takewhile
from typing import Any

from apps.audit.descriptions import Kind
from apps.audit.masking import holds_mask
from apps.audit.models import Entry, Outcome
from apps.resources import registry
from apps.resources.resource import Resource
from apps.resources.scope import Scope
from apps.resources.writes.undo import is_of_same_organisation, recorded_changes
from apps.ui.columns import MoneyColumn
from apps.ui.values import MISSING, age_text, is_missing, label_of, money_text, shortened, text_of

#: Characters of a value that a table shows.
LONGEST_VALUE = 60
#: Fields that a table shows of one entry.
MOST_FIELDS = 3
#: Of what two long values have alike, so many characters are shown.
_ALIKE_SHOWN = 15
_DONE = {Kind.CREATE: "Created", Kind.ARCHIVE: "Archived"}


@dataclass(frozen=True)
class ChangedField:
    """One field before and after, in words."""

    name: str
    label: str
    before: str
    after: str
    is_masked: bool

    @property
    def short_before(self) -> str:
        """The value before, cut for a table."""
        return shortened(self._from_difference(self.before), LONGEST_VALUE)

    @property
    def short_after(self) -> str:
        """The value after, cut for a table."""
        return shortened(self._from_difference(self.after), LONGEST_VALUE)

    def _from_difference(self, text: str) -> str:
        """Of two long values that begin alike, from a little before they differ on."""
        if max(len(self.before), len(self.after)) <= LONGEST_VALUE:
            return text
        pairs = zip(self.before, self.after, strict=False)
        alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs)) - _ALIKE_SHOWN
        return text if alike <= 0 else f"…{text[alike:]}"


def changed_fields(entry: Entry) -> list[ChangedField]:
    """The entry's fields before and after, by name."""
    resource = registry.by_name(entry.resource)
    return [
        ChangedField(
            change["field"],
            resource.label_of(change["field"]) if resource else label_of(change["field"]),
            value_words(resource, change["field"], change.get("before")),
            value_words(resource, change["field"], change.get("after")),
            holds_mask([*change.values()]),
        )
        for change in recorded_changes(entry)
    ]


def kind_words(kind: str) -> str:
    """What was done to a record: "Deactivate", "Put back"."""
    return label_of(kind)


def value_words(resource: Resource | None, field: str, value: Any) -> str:
    """A value as the resource's pages show it: amounts with two decimals, fixed values by their words."""
    if is_missing(value):
        return MISSING
    if resource is None:
        return text_of(value)
    if field in _amounts(resource):
        try:
            # The log keeps the digits of a number in a text.
            return money_text(Decimal(value) if isinstance(value, str) else value)
        except InvalidOperation:
            return text_of(value)
    if isinstance(value, str | bool):
        key = str(value).lower() if isinstance(value, bool) else value
        return resource.value_words(field).get(key) or text_of(value)
    return text_of(value)


def _amounts(resource: Resource) -> set[str]:
    shown = [*resource.columns, *(field for panel in resource.panels for field in panel.fields)]
    return {column.field for column in shown if isinstance(column, MoneyColumn)}


@dataclass(frozen=True)
class LastChange:
    """The newest change of a record that was made through this site."""

    entry: Entry
    fields: list[ChangedField]

    @property
    def first(self) -> ChangedField | None:
        """The field that a line shows."""
        return self.fields[0] if self.fields else None

    @property
    def more(self) -> int:
        """How many further fields were changed."""
        return max(0, len(self.fields) - 1)

    @property
    def age(self) -> str:
        """How long ago it was."""
        return age_text(self.entry.at)

    @property
    def kind(self) -> str:
        """What was done, where no field says it: "Created"."""
        return _DONE.get(self.entry.kind) or kind_words(self.entry.kind)


def last_change(scope: Scope, record_id: str) -> LastChange | None:
    """The newest change of a record that is known to be done, in the key's own organisation. Two queries."""
    entry = newest_done(scope, record_id)
    return LastChange(entry, changed_fields(entry)) if entry else None


def newest_done(scope: Scope, record_id: str) -> Entry | None:
    """The newest entry about a record that is known to be done, in the key's own organisation."""
    about = Entry.objects.about(
        scope.connection.service_id, scope.resource.name, record_id, place_of(scope.list_path)
    )
    # How it ended and whose it is are looked at here: they are few, and a condition might lead through all entries.
    return next(
        (
            entry
            for entry in about
            if entry.outcome == Outcome.DONE and is_of_same_organisation(entry, scope.connection)
        ),
        None,
    )


def place_of(path: Mapping[str, str]) -> dict[str, str]:
    """The parameters of a place as the log has them."""
    return {name: str(value) for name, value in path.items()}
