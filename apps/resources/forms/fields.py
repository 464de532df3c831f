"""Form fields for the contract's types. They keep what the API sent unless a person changes it."""

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.api.contract.contract import Field
from apps.resources.forms.web_addresses import check_address, check_email, is_for_address, is_for_email
from apps.text.typed import is_blank, one_word, trimmed
from apps.text.typed_numbers import AmbiguousNumber, number_text, unit_in, without_unit
from apps.ui.choice_widgets import LongSelect, ManyBoxes
from apps.ui.contract_values import unknown_text
from apps.ui.values import is_missing, text_of


class ApiTextField(forms.CharField):
    """A text kept to the letter: not stripped, line ends as the API has them. One of blanks alone is no text."""

    def __init__(self, **options: Any) -> None:
        super().__init__(strip=False, **options)

    def to_python(self, value: Any) -> str:
        """The text with the browser's line ends turned into plain ones."""
        text = super().to_python(value) or ""
        return text.replace("\r\n", "\n").replace("\r", "\n")

    def validate(self, value: Any) -> None:
        """Raises `ValidationError` when a required text holds nothing that can be seen."""
        super().validate("" if self.required and is_blank(str(value or "")) else value)


def as_type(kind: str, text: str) -> Any:
    """A typed text as a value of the contract's type. Raises `ValidationError` when the text is not of that type."""
    if kind not in ("integer", "number", "boolean"):
        return text
    try:
        value = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except ValueError:
        value = None
    is_one = isinstance(value, _PYTHON_TYPES[kind]) and isinstance(value, bool) == (kind == "boolean")
    if not is_one:
        raise ValidationError(f"“{text}” is {_WORDS_FOR_TYPES[kind]}.")
    return value


def _refuse(name: str) -> None:
    raise ValueError(name)


_PYTHON_TYPES: dict[str, Any] = {"integer": int, "number": (int, Decimal), "boolean": bool}
_WORDS_FOR_TYPES = {
    "integer": "no whole number",
    "number": "no number",
    "boolean": "neither true nor false",
}


class AddressField(ApiTextField):
    """A web or email address: blanks that a paste brings along around it are not part of it."""

    def to_python(self, value: Any) -> str:
        """The address without blanks of any kind around it."""
        return trimmed(super().to_python(value))


class WholeNumberField(forms.IntegerField):
    """A whole number as people type it, whatever unseen characters a paste brings along."""

    def to_python(self, value: Any) -> int | None:
        """The number. Raises `ValidationError` when the text is none."""
        return super().to_python(number_text(value, is_whole=True) if isinstance(value, str) else value)


class AmountField(forms.DecimalField):
    """A number with the digits it has, as people type it (`11,50`, `1 200`), whatever a paste brings along."""

    #: Gives the unit that stands beside it, for who types it too; "" for none.
    unit_now: Callable[[], str] = str

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """The number. Raises `ValidationError` when the text is none, may be two, or is in another unit."""
        if not isinstance(value, str):
            return super().to_python(value)
        unit = self.unit_now()
        text = without_unit(value, unit)
        if unit_in(text):
            raise ValidationError(
                f"Type the number alone: it is in {unit}." if unit else "Type the number alone."
            )
        try:
            return super().to_python(number_text(text))
        except AmbiguousNumber as error:
            raise ValidationError(str(error)) from error


class LinesField(forms.CharField):
    """A list of values, one on each line: texts, or what else the contract says its items are."""

    widget = forms.Textarea(attrs={"rows": 4, "data-lines": ""})

    def __init__(self, *, item_type: str = "string", **options: Any) -> None:
        super().__init__(**options)
        self.item_type = item_type

    def clean(self, value: Any) -> Any:
        """The lines in the type of the contract's items. Raises `ValidationError` when one is not of it."""
        return [as_type(self.item_type, line) for line in super().clean(value)]

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        """The lines that are not empty."""
        lines = _texts(value) if isinstance(value, list) else str(value or "").splitlines()
        return [trimmed(line) for line in lines if not is_blank(line)]

    def prepare_value(self, value: Any) -> Any:
        """The list as lines."""
        return "\n".join(_texts(value)) if isinstance(value, list) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether the lines differ."""
        return self.to_python(initial if isinstance(initial, list) else []) != self.to_python(data)


class SeveralField(forms.MultipleChoiceField):
    """Several values of a fixed set. Where the API holds no array, none is chosen, and it stays so until one is."""

    def __init__(self, *, item_type: str = "string", **options: Any) -> None:
        super().__init__(**options)
        self.item_type = item_type

    def clean(self, value: Any) -> Any:
        """The chosen values in the type of the contract's items; one that is not of it stays as the API sent it."""
        return [_kept_or_typed(self.item_type, text) for text in super().clean(value)]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether others are chosen than the array has."""
        return set(_texts(initial)) != set(data or [])

    def prepare_value(self, value: Any) -> Any:
        """The chosen ones."""
        return _texts(value)


def _kept_or_typed(kind: str, text: str) -> Any:
    try:
        return as_type(kind, text)
    except ValidationError:
        return text


def _texts(value: Any) -> list[str]:
    """The items of an array that hold something, as texts; none of what is no array."""
    return [text_of(item) for item in value if not is_missing(item)] if isinstance(value, list) else []


class ReferenceField(forms.CharField):
    """The id of another record; the page looks it up by its name while the person types."""

    def __init__(self, *, is_integer: bool, **options: Any) -> None:
        super().__init__(**options)
        self.is_integer = is_integer

    def to_python(self, value: Any) -> Any:
        """The id in the contract's type. Raises `ValidationError` when the text is no id."""
        text = one_word(super().to_python(value) or "").removeprefix("#")
        if not text or not self.is_integer:
            return text
        if not _WHOLE_NUMBER.fullmatch(text):
            raise ValidationError("Choose one from the list, or type its ID.")
        return int(text)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether another record is referred to."""
        return text_of(initial if initial is not None else "") != one_word(str(data or "")).removeprefix("#")


#: What 64 bits hold.
_WHOLE_NUMBER = re.compile(r"-?[0-9]{1,18}")
_CAMEL_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
_ABBREVIATION = re.compile(r"[A-Z]{2}")
#: Far more than an amount has, and few enough for any JSON reader.
MAXIMUM_DIGITS = 30
#: A list this long is searched by typing.
SEARCHED_FROM = 20
NUMBER_INPUT = {"inputmode": "decimal", "autocomplete": "off"}
#: By what `drafts.js` knows that a browser keeps nothing of a control.
NEVER_KEPT = {"data-secret": ""}


def form_field(field: Field, *, label: str, help_text: str, current: Any, is_multiline: bool) -> forms.Field:
    """The form field for a field of the contract; `current` is the value the record has now, if any."""
    common: dict[str, Any] = {"label": label, "help_text": help_text, "required": field.required}
    if field.type == "boolean":
        return forms.BooleanField(**{**common, "required": False})
    if field.type == "array" and field.item_enum:
        choices = _choices(field.item_enum, *(current if isinstance(current, list) else []))
        common |= {"choices": choices, "item_type": field.item_type}
        return SeveralField(widget=forms.CheckboxSelectMultiple, **common)
    if field.type == "array":
        return LinesField(item_type=field.item_type, **common)
    if field.enum:
        # An API without a word for "not set" is offered none, except while nothing is set.
        is_settled = field.required or not is_missing(current)
        empty = [] if is_settled and not field.is_nullable else [("", "Not set")]
        choices = [*empty, *_choices(field.enum, current)]
        return forms.TypedChoiceField(choices=choices, coerce=partial(_kept_or_typed, field.type), **common)
    if field.type == "integer":
        common |= {"min_value": field.minimum, "max_value": field.maximum}
        return WholeNumberField(widget=forms.TextInput(attrs=NUMBER_INPUT), **common)
    if field.type == "number":
        return amount_field(min_value=field.minimum, max_value=field.maximum, **common)
    control = forms.Textarea(attrs={"rows": 4}) if is_multiline else forms.TextInput()
    validators = [check_address] if is_for_address(field) else [check_email] if is_for_email(field) else []
    kind = AddressField if validators else ApiTextField
    return kind(widget=control, validators=validators, max_length=field.longest, **common)


def amount_field(**options: Any) -> AmountField:
    """A box for a number."""
    return AmountField(max_digits=MAXIMUM_DIGITS, widget=forms.TextInput(attrs=NUMBER_INPUT), **options)


def chosen_field(
    field: Field, choices: Sequence[tuple[str, str]], *, label: str, help_text: str, current: Any
) -> forms.Field:
    """A field whose values the contract leaves open but a list names: one of them, or several for an array.

    A value outside the list stays, and stays chosen. A long list gets a box to search in.
    """
    common: dict[str, Any] = {"label": label, "help_text": help_text, "required": field.required}
    known = {code for code, _ in choices}
    present = current if isinstance(current, list) and field.type == "array" else [current]
    strange = [
        (text, f"{unknown_text(text)} (not in the list)")
        for value in present
        if not is_missing(value) and (text := text_of(value)) not in known
    ]
    if field.type == "array":
        return SeveralField(choices=[*strange, *choices], widget=ManyBoxes(), **common)
    select = LongSelect(attrs={"data-searchable": ""} if len(choices) > SEARCHED_FROM else {})
    return forms.ChoiceField(choices=[("", "Not set"), *strange, *choices], widget=select, **common)


def password_field(field: Field, *, label: str, help_text: str) -> forms.Field:
    """A secret that is written and never shown: what was typed is not drawn again either."""
    widget = forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"})
    return forms.CharField(
        label=label, help_text=help_text, required=field.required, strip=False, widget=widget
    )


def _choices(known: tuple[str, ...], *current: Any) -> list[tuple[str, str]]:
    choices = [(value, _words(value)) for value in known]
    words = set(known)
    strange = [text for value in current if not is_missing(value) and (text := text_of(value)) not in words]
    return [*choices, *((value, f"{unknown_text(value)} (not in the contract)") for value in strange)]


def _words(value: str) -> str:
    """A value of a fixed set in words: "accountManager" → "Account manager"; an abbreviation stays as it is."""
    words = value.replace("_", " ")
    return words if _ABBREVIATION.search(value) else _CAMEL_CASE.sub(" ", words).capitalize()
