"""The columns of a list. A column turns a record into a `Cell`; one template draws every cell."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any
from urllib.parse import quote

from django.utils import timezone

from apps.api.contract.contract import Field
from apps.ui.cells import Cell
from apps.ui.contract_values import as_boolean, known_text, unknown_text
from apps.ui.countries import country_name, is_country
from apps.ui.values import (
    MISSING,
    identifier,
    is_missing,
    is_web_address,
    label_of,
    local_time_text,
    moment_of,
    money_text,
    text_of,
    value_at,
)

Record = Mapping[str, Any]

_EMAIL = re.compile(r"[^@\s<>\"']++@([^@\s<>\"']++)")
#: No mail server takes a longer one.
_LONGEST_EMAIL = 320
_PHONE = re.compile(r"\+?[0-9][0-9 ()/.-]{4,30}")


@dataclass(slots=True, frozen=True)
class Badge:
    """How a value looks as a badge."""

    text: str
    tone: str
    is_solid: bool = False


@dataclass(frozen=True)
class RowContext:
    """What a column may need besides the record."""

    #: By tag: the names of referenced records.
    names: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    #: By tag: gives the address of a record's page from its id.
    reference_url: Mapping[str, Callable[[str], str]] = field(default_factory=dict)
    #: What the records take over from the one they lie below (`Resource.inherited`).
    inherited: Record = field(default_factory=dict)
    #: The contract's fields by dotted name: they say which values are known.
    fields: Mapping[str, Field] = field(default_factory=dict)
    #: The zone that times are shown in: asked once a page, for it takes as long as the rest of such a cell.
    zone: tzinfo = field(default_factory=timezone.get_current_timezone)


class Column:
    """A field as plain text. Subclasses show it as a badge, an amount, a time or a reference."""

    css = ""
    #: Whether one looks for other records with the same value.
    is_filter = True

    def __init__(self, field: str, label: str = "", *, sort: bool = True) -> None:
        self.field = field
        self.label = label or label_of(field)
        #: Whether the header offers to sort by the field; the API sorts.
        self.is_sortable = sort
        self.missing_cell = Cell(MISSING, css=f"muted {self.css}".rstrip())

    @property
    def heading(self) -> str:
        """What stands above the column."""
        return self.label

    def cell(self, record: Record, context: RowContext) -> Cell:
        """The cell for one record; a missing value gives a dash."""
        return self.cell_of(value_at(record, self.field), record, context)

    def cell_of(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The cell for a value already read from the record."""
        return self.missing_cell if is_missing(value) else self.present(value, record, context)

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The cell for a value that is there; one the contract does not know has a question mark."""
        return Cell(known_text(value, context.fields.get(self.field)), css=self.css)


class TitleColumn(Column):
    """What a record is called, with the link to its page: the head of each row.

    A list begins with one and has no other. It sorts by its field; what stands in it is the row's title.
    """

    css = "name-cell"
    is_filter = False


class IdColumn(Column):
    """An identifier, in the mono face."""

    css = "mono"
    is_filter = False


class NumberColumn(Column):
    """A number, aligned right."""

    css = "number"
    is_filter = False


class MoneyColumn(Column):
    """An amount with its currency's code after it: another field of the record, or of the one it lies below."""

    css = "number"
    is_filter = False

    def __init__(self, field: str, label: str = "", *, currency_field: str, sort: bool = True) -> None:
        super().__init__(field, label, sort=sort)
        self.currency_field = currency_field

    def amount(self, record: Record, context: RowContext) -> tuple[Any, Any]:
        """The amount as the record has it, and the currency that it is in."""
        return value_at(record, self.field), self._currency(record, context)

    def _currency(self, record: Record, context: RowContext) -> Any:
        return value_at(record, self.currency_field) or value_at(context.inherited, self.currency_field)

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The amount as given, and the code."""
        currency = self._currency(record, context)
        field = context.fields.get(self.currency_field)
        suffix = "" if is_missing(currency) else known_text(currency, field)
        return Cell(money_text(value), suffix=suffix, css=self.css)


class BadgeColumn(Column):
    """A value of a fixed set as a badge; a value outside the set is shown as it came, with a question mark."""

    def __init__(
        self, field: str, label: str = "", *, badges: Mapping[Any, Badge], sort: bool = True
    ) -> None:
        super().__init__(field, label, sort=sort)
        self.badges = badges

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The badge of the value."""
        return badge_cell(value, self.badges)


def badge_cell(value: Any, badges: Mapping[Any, Badge]) -> Cell:
    """The badge of a value; one we do not know keeps its own text, cut to 64 characters."""
    if True in badges and (switch := as_boolean(value)) is not None:
        value = switch
    badge = badges.get(value) if isinstance(value, str | bool) else None
    if badge is None:
        return Cell(unknown_text(value), tone="neutral")
    return Cell(badge.text, tone=badge.tone, is_solid=badge.is_solid)


class TimeColumn(Column):
    """A point in time in the person's zone, which is named above; a text that is no time is shown as it is."""

    is_filter = False

    @property
    def heading(self) -> str:
        """The label with the zone."""
        return f"{self.label}, {timezone.get_current_timezone_name()}"

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The time, with its full form for machines on the same clock: so it is copied too."""
        moment = moment_of(value)
        if moment is None:
            return Cell(text_of(value))
        local = moment.astimezone(context.zone)
        return Cell(local_time_text(local), moment=local.isoformat())


class ReferenceColumn(Column):
    """The id of another record, shown by its name when the name could be read."""

    def __init__(self, field: str, label: str, *, tag: str, sort: bool = True) -> None:
        super().__init__(field, label, sort=sort)
        #: The contract's tag of the records referred to.
        self.tag = tag

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The name, linked when the record has a page here; else the id."""
        key = identifier(value)
        if not key:
            return Cell(text_of(value))
        name = context.names.get(self.tag, {}).get(key)
        url_of = context.reference_url.get(self.tag)
        return Cell(name or f"#{key}", href=url_of(key) if url_of else "")


class EmailColumn(Column):
    """An email address as a link; a text that is none stays text."""

    is_filter = False

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The link."""
        text = text_of(value)
        match = _EMAIL.fullmatch(text) if len(text) <= _LONGEST_EMAIL else None
        # A dot within the domain; as part of the pattern it would be looked for from each sign on.
        is_email = match is not None and "." in match[1][1:-1]
        return Cell(text, href=f"mailto:{quote(text, safe='@+')}" if is_email else "")


class UrlColumn(Column):
    """An http or https address as a link; any other scheme stays text."""

    is_filter = False

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The link, or the text."""
        if is_web_address(value):
            return Cell(value, href=value, is_external=True)
        return super().present(value, record, context)


class PhoneColumn(Column):
    """A phone number as a link; a text that is none stays text."""

    is_filter = False

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The link."""
        text = text_of(value)
        if not _PHONE.fullmatch(text):
            return Cell(text)
        return Cell(text, href=f"tel:{''.join(sign for sign in text if sign in '+0123456789')}")


class CountryColumn(Column):
    """One or several countries by name."""

    def present(self, value: Any, record: Record, context: RowContext) -> Cell:
        """The names; an unknown code stays as it is, after a question mark."""
        codes = [text_of(code) for code in (value if isinstance(value, list) else [value])]
        names = (country_name(code) if is_country(code) else unknown_text(code) for code in codes)
        return Cell(", ".join(names), css=self.css)
