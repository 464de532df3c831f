"""Reads a cell as the value of a field: checked by the same form fields as the pages, in the contract's types."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.api.contract.contract import Field
from apps.audit.models import RECORD_ID_LENGTH
from apps.bulk.imports.checking.numbers import Unreadable, number_of
from apps.bulk.imports.columns.targets import Targets
from apps.bulk.imports.reading.tables import Cell, SheetError
from apps.resources.files.values import CLEAR, REPLACEMENT, cell_of, items_of, plain_text
from apps.resources.forms.fields import AddressField, LinesField, ReferenceField, SeveralField
from apps.text.typed import trimmed
from apps.ui.values import moment_of, shortened

_SWITCHES = {
    **dict.fromkeys(("true", "yes", "1", "on", "ja", "wahr", "x"), True),
    **dict.fromkeys(("false", "no", "0", "off", "nein", "falsch"), False),
}
#: What a spreadsheet makes of a long number: its last digits are gone.
_ROUNDED = re.compile(r"[-+]?[0-9](?:[.,][0-9]+)?[eE]\+[0-9]{1,3}")
_IN_NO_ID = re.compile(r"[\s,\x00-\x1f\x7f]")
#: More digits than these a spreadsheet rounds.
_EXACT_DIGITS = 15
#: A workbook's cell holds no more: what fills it may have been cut.
_LONGEST_IN_WORKBOOK = 32_767

#: (tag, text) → the id of the record that is meant; raises `CannotRead`.
FindRecord = Callable[[str, str], str]


class CannotRead(ValueError):
    """A cell has no value that its field takes; the text says why."""


def id_of(cell: Cell) -> str:
    """The id in a cell, with each of its digits. Raises `CannotRead`."""
    text = _plain(cell)
    if isinstance(text, Decimal):
        if text != text.to_integral_value() or len(text.as_tuple().digits) > _EXACT_DIGITS:
            raise CannotRead(_rounded(f"{text:f}"))
        text = f"{text:f}"
    text = text.strip().removeprefix("#")
    if _ROUNDED.fullmatch(text):
        raise CannotRead(_rounded(text))
    if not text or _IN_NO_ID.search(text) or len(text) > RECORD_ID_LENGTH:
        raise CannotRead(
            "This can be no ID: it holds a blank, a comma or a control character, or is too long."
        )
    return text


def _rounded(text: str) -> str:
    return f"The spreadsheet has rounded “{text}”. Format the column as text, and type the ID again."


def _plain(cell: Cell) -> str | Decimal:
    """The text or number in a cell. Raises `CannotRead` for an error or a date of the spreadsheet."""
    if isinstance(cell, SheetError) and cell.text.startswith("="):
        raise CannotRead(
            f"The file has the formula {shortened(cell.text, 60)} here and no result of it. Open it in a spreadsheet "
            "and save it there, or type the value."
        )
    if isinstance(cell, SheetError):
        raise CannotRead(f"The spreadsheet shows the error {cell.text} here.")
    if isinstance(cell, datetime):
        raise CannotRead(
            "The spreadsheet has made a date of this. Format the column as text, and type it again."
        )
    return plain_text(cell) if isinstance(cell, str) else cell


class FieldReader:
    """Reads the cells of one column for new records, or for those that are there."""

    def __init__(
        self, targets: Targets, name: str, decimal: str, find_record: FindRecord, *, is_creation: bool
    ) -> None:
        self._form_field = targets.form_field(name, is_creation=is_creation)
        self._field: Field = (targets.create_leaves if is_creation else targets.update_leaves)[name]
        self._decimal = decimal
        self._find_record = find_record
        self._tag = targets.resource.references.get(name, "")
        self._words = _words_of(targets, name, self._form_field)
        self._known: dict[Cell, Any] = {}

    @property
    def is_number(self) -> bool:
        """Whether the column has a decimal sign."""
        return self._field.type in ("number", "integer") and not isinstance(self._form_field, ReferenceField)

    def may_be_otherwise(self, cell: Cell, value: Any) -> bool:
        """Whether a record may hold this very cell as another value: with blanks around it, as a text for a list."""
        if self._field.type == "array":
            return True
        return self._field.type == "string" and cell_of(value) != cell

    def read(self, cell: Cell) -> Any:
        """The value. Raises `CannotRead`."""
        if cell not in self._known:
            if len(self._known) > 5_000:
                self._known.clear()
            try:
                self._known[cell] = self._read(cell)
            except CannotRead as problem:
                self._known[cell] = problem
        value = self._known[cell]
        if isinstance(value, CannotRead):
            raise value
        return value

    def cleared(self) -> Any:
        """The value that empties the field. Raises `CannotRead` where the API has none."""
        field = self._field
        if field.is_nullable:
            return None
        if field.required or field.enum or field.type in ("integer", "number", "boolean"):
            raise CannotRead(f"The API has no way to empty this field; {CLEAR} cannot stand here.")
        return [] if field.type == "array" else ""

    def _read(self, cell: Cell) -> Any:
        if isinstance(cell, datetime | Decimal) and self._field.format in ("date-time", "date"):
            return self._moment(cell)
        plain = _plain(cell)
        if isinstance(plain, str):
            if REPLACEMENT in plain:
                raise CannotRead("A letter of this cell cannot be read in the file's encoding.")
            if len(plain) >= _LONGEST_IN_WORKBOOK and plain.endswith("…"):
                raise CannotRead(
                    "A workbook's cell cannot hold all of this text, so it was cut. Leave it empty."
                )
        try:
            return self._checked(plain)
        except ValidationError as problem:
            raise CannotRead(" ".join(problem.messages)) from problem
        except Unreadable as problem:
            raise CannotRead(str(problem)) from problem

    def _checked(self, plain: str | Decimal) -> Any:
        kind = self._form_field
        if isinstance(kind, ReferenceField):
            return kind.clean(
                self._find_record(self._tag, id_of(plain) if isinstance(plain, Decimal) else plain)
            )
        if isinstance(kind, forms.BooleanField):
            return self._switch(plain)
        if self.is_number:
            number = plain if isinstance(plain, Decimal) else number_of(plain, self._decimal)
            return kind.clean(f"{number:f}")
        text = f"{plain:f}" if isinstance(plain, Decimal) else plain
        if isinstance(kind, SeveralField):
            return kind.clean([self._word(item) for item in items_of(text)])
        if isinstance(kind, LinesField):
            return kind.clean(items_of(text))
        if isinstance(kind, forms.ChoiceField):
            return kind.clean(self._word(text))
        cleaned = kind.clean(text)
        if self._field.format in ("date-time", "date") and moment_of(cleaned) is None:
            raise CannotRead(f"“{text[:80]}” is no time such as 2026-10-01T12:00:00+00:00.")
        # A text is kept to the letter, with the line ends it has.
        return cleaned if isinstance(kind, AddressField) else text

    def _switch(self, plain: str | Decimal) -> bool:
        text = f"{plain:f}" if isinstance(plain, Decimal) else trimmed(plain)
        word = self._words.get(text.casefold())
        value = _SWITCHES.get(text.casefold() if word is None else word)
        if value is None:
            raise CannotRead(f"“{text[:80]}” is neither true nor false.")
        return value

    def _word(self, text: str) -> str:
        """The API's word for a text, that word in any case or what people call it; any other text as it is."""
        text = trimmed(text)
        return self._words.get(text.casefold(), text)

    def _moment(self, cell: datetime | Decimal) -> str:
        # openpyxl is 10 MB that no page but an import needs.
        from openpyxl.utils.datetime import from_excel

        try:
            moment = from_excel(float(cell)) if isinstance(cell, Decimal) else cell
        except (OverflowError, ValueError) as error:
            # Before the year 1 or after 9999.
            raise CannotRead(f"“{cell}” is no time.") from error
        if not isinstance(moment, datetime):
            raise CannotRead(f"“{cell}” is no time.")
        return moment.date().isoformat() if self._field.format == "date" else f"{moment.isoformat()}+00:00"


def _words_of(targets: Targets, name: str, form_field: forms.Field) -> Mapping[str, str]:
    """Any way to write a value of a fixed set, in small letters → the API's word."""
    choices = getattr(form_field, "choices", ())
    found = {str(label).casefold(): str(value) for value, label in choices if value != ""}
    found |= {words.casefold(): value for value, words in targets.resource.value_words(name).items()}
    return found | {str(value).casefold(): str(value) for value, _label in choices if value != ""}
