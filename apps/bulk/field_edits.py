"""What to make of one field of many records: set it, clear it, reckon with its number, replace in its text."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal, DecimalException, localcontext
from enum import StrEnum
from typing import Any

from apps.api.contract.contract import Field
from apps.resources.forms.allowed_values import problem_with
from apps.resources.writes.bodies import field_at
from apps.ui.columns import Record
from apps.ui.contract_values import as_number
from apps.ui.values import is_missing, shortened, text_of, value_at

#: An amount that was reckoned is rounded to so many places, or to as many as it had before.
PLACES = 4
#: A number with more digits before its point is none that an API takes; any two of fewer are reckoned with exactly.
MOST_DIGITS = 30
_EXACT = Context(prec=200)
TOO_LARGE = "It would be a number with more digits than an API takes."
#: So much of a text is quoted where it cannot be.
LONGEST_QUOTED = 80


class Operation(StrEnum):
    """What is done with the field's value."""

    SET = "set"
    CLEAR = "clear"
    ADD = "add"
    ADD_PERCENT = "add_percent"
    MULTIPLY = "multiply"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"
    REPLACE = "replace"


ARITHMETIC = frozenset(
    {
        Operation.ADD,
        Operation.ADD_PERCENT,
        Operation.MULTIPLY,
        Operation.AT_LEAST,
        Operation.AT_MOST,
    }
)


class CannotEdit(Exception):
    """The record's value is nothing that this can be done with; the text says why."""


@dataclass(frozen=True)
class FieldEdit:
    """One field's edit. `value` is what is set, the number that is reckoned with, or the text that is looked for."""

    #: Dotted inside objects, as `default_payout.payout`.
    field: str
    operation: Operation
    value: Any = None
    #: What takes the place of the text that is looked for.
    replacement: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "operation", Operation(self.operation))

    def value_for(self, record: Record, fields: Mapping[str, Field]) -> Any:
        """What the field is to hold on that record. Raises `CannotEdit`, also for what the contract forbids."""
        known, present = field_at(fields, self.field), value_at(record, self.field)
        found = self._value_for(present, known)
        if known is not None and found != present and (problem := problem_with(found, known)):
            held = "nothing" if is_missing(found) else f"“{shortened(text_of(found), LONGEST_QUOTED)}”"
            raise CannotEdit(f"It would be {held}. {problem}")
        return found

    def _value_for(self, present: Any, known: Field | None) -> Any:
        if self.operation == Operation.SET:
            return self.value
        if self.operation == Operation.CLEAR:
            return None if known is not None and known.is_nullable else "" if _is_text(known) else []
        if self.operation == Operation.REPLACE:
            if is_missing(present) or not isinstance(present, str):
                raise CannotEdit("It has no text there.")
            return present.replace(str(self.value), self.replacement)
        number = as_number(present)
        if number is None:
            held = "no number" if is_missing(present) else f"“{text_of(present)}”, which is no number"
            raise CannotEdit(f"It has {held} there.")
        is_whole = known is not None and known.type == "integer"
        try:
            with localcontext(_EXACT):
                return self._reckoned(number, is_whole=is_whole)
        except DecimalException as error:
            raise CannotEdit(TOO_LARGE) from error

    def _reckoned(self, number: Decimal, *, is_whole: bool) -> Decimal | int:
        operand = Decimal(str(self.value))
        if self.operation == Operation.AT_LEAST:
            found = max(number, operand)
        elif self.operation == Operation.AT_MOST:
            found = min(number, operand)
        elif number.adjusted() >= MOST_DIGITS:
            raise CannotEdit(TOO_LARGE)
        elif self.operation == Operation.ADD:
            found = number + operand
        elif self.operation == Operation.ADD_PERCENT:
            found = number * (1 + operand / 100)
        else:
            found = number * operand
        if found == number:
            # What is so already keeps its digits.
            is_integer = is_whole and number.adjusted() < MOST_DIGITS and number == number.to_integral_value()
            return int(number) if is_integer else number
        if found.adjusted() >= MOST_DIGITS:
            raise CannotEdit(TOO_LARGE)
        if is_whole:
            return int(found.to_integral_value(ROUND_HALF_EVEN))
        return _rounded(found)


def _rounded(number: Decimal) -> Decimal:
    """The number with at most four places, and no more zeros than it needs."""
    rounded = number.quantize(Decimal(1).scaleb(-PLACES), ROUND_HALF_EVEN).normalize()
    return rounded.quantize(Decimal(1)) if rounded == rounded.to_integral_value() else rounded


def _is_text(field: Field | None) -> bool:
    return field is None or field.type not in ("array", "object")
