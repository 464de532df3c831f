"""The part of a form that says what a file holds: of the form *New export*, and of a schedule's."""

import re
from collections.abc import Sequence
from functools import cached_property
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.forms.boundfield import BoundWidget
from django.utils.encoding import punycode

from apps.accounts.models import User
from apps.api.contract.contract import Parameter
from apps.connections.clients import contract_for
from apps.connections.models import Integration
from apps.exports.delimiters import DELIMITERS, delimiter_choices, delimiter_name
from apps.exports.request.offered_columns import offered_columns
from apps.exports.spec import ExportSpec
from apps.reports.local_times import TimeZoneField
from apps.reports.report_types import REPORT_TYPES, ReportType, offered_by
from apps.text.mail_addresses import addresses_in
from apps.text.typed import one_word, unseen_in, words_of

MAXIMUM_RECIPIENTS, LONGEST_RECIPIENTS = 10, 10_000

COLUMN_NAME = re.compile(r"[A-Za-z0-9_.:\-]{1,100}")
_PLAIN_TEXT = {"autocomplete": "off", "spellcheck": "false"}


class ColumnNamesField(forms.CharField):
    """Names separated by commas, spaces or lines."""

    def clean(self, value: Any) -> Any:
        """A tuple of names. Raises `ValidationError` when one cannot be a column's name."""
        names = words_of(super().clean(value))
        unfit = [name for name in names if not COLUMN_NAME.fullmatch(name)]
        if unfit:
            raise forms.ValidationError(f"{unfit[0][:40]!r} cannot be a name: use letters, digits and _.")
        return tuple(dict.fromkeys(names))


class OrderedColumnsField(forms.MultipleChoiceField):
    """Column names in the order of the file. The API lists no columns, so any that can be a name is taken."""

    widget = forms.CheckboxSelectMultiple

    def valid_value(self, value: str) -> bool:
        """Whether it can be a column's name."""
        return bool(COLUMN_NAME.fullmatch(value))

    def offer(self, chosen: Sequence[str], known: Sequence[str]) -> None:
        """The chosen ones first, in their order; then the other known ones."""
        names = filter(self.valid_value, dict.fromkeys([*chosen, *known]))
        self.choices = [(name, name) for name in names]


class RecipientsField(forms.CharField):
    """Email addresses as people type them, or paste them from a mail program (apps.text.mail_addresses)."""

    widget = forms.Textarea(attrs={"rows": 2, **_PLAIN_TEXT})

    def clean(self, value: Any) -> Any:
        """A tuple of addresses, each once whatever its case.

        Raises `ValidationError` when one is no address, holds a character that cannot be seen, or they are too many.
        """
        text = "" if isinstance(value, list | tuple) else super().clean(value)
        if len(text) > LONGEST_RECIPIENTS:
            raise forms.ValidationError(f"This is too long. At most {MAXIMUM_RECIPIENTS} people can be told.")
        typed = value if isinstance(value, list | tuple) else addresses_in(text)
        addresses: dict[str, str] = {}
        for address in filter(None, typed):
            if unseen := unseen_in(address):
                raise forms.ValidationError(
                    f"“{one_word(address)[:80]}” has a character in it that cannot be seen "
                    f"({', '.join(unseen)}). Delete the address and type it."
                )
            try:
                validate_email(address)
            except ValidationError as error:
                raise forms.ValidationError(f"{address[:80]!r} is not an email address.") from error
            addresses.setdefault(_one_spelling(address), address)
        if len(addresses) > MAXIMUM_RECIPIENTS:
            raise forms.ValidationError(
                f"These are {len(addresses)}; at most {MAXIMUM_RECIPIENTS} can be told."
            )
        return tuple(addresses.values())


def _one_spelling(address: str) -> str:
    """The same for an address in any case, its host written out or as a network name."""
    name, _, host = address.lower().rpartition("@")
    try:
        return f"{name}@{punycode(host)}"
    except UnicodeError:
        return f"{name}@{host}"


class FileForm(forms.Form):
    """What the file holds. `integrations` are those the person has a key for; the columns follow `report`."""

    integration = forms.ChoiceField()
    time_zone = TimeZoneField(
        help_text="Start, end and the times in the file are in this zone, such as Europe/Berlin."
    )
    columns = OrderedColumnsField(required=False)
    more_columns = ColumnNamesField(
        required=False,
        label="More columns",
        help_text="Other column names your service knows, separated by commas.",
        widget=forms.TextInput(attrs=_PLAIN_TEXT),
    )
    delimiter = forms.ChoiceField(choices=delimiter_choices, initial="comma")
    extra_parameters = ColumnNamesField(
        required=False,
        label="Extra parameters",
        help_text="Parameters of your tracking links to add to the file, separated by commas.",
        widget=forms.TextInput(attrs=_PLAIN_TEXT),
    )
    recipients = RecipientsField(
        required=False,
        label="Also tell",
        help_text="Email addresses that get the mail when the file is ready, besides yours; by comma or line.",
    )

    def __init__(
        self, report: ReportType, integrations: list[Integration], *args: Any, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.report = report
        self.integrations = {integration.integration_id: integration for integration in integrations}
        choices = [(identity, integration.label) for identity, integration in self.integrations.items()]
        integration, columns = self.fields["integration"], self.fields["columns"]
        if isinstance(integration, forms.ChoiceField) and isinstance(columns, OrderedColumnsField):
            integration.choices = choices
            services = (integration.service_id for integration in integrations)
            columns.offer(self["columns"].value() or (), offered_columns(services, report))
        parameters = self._parameters()
        for name in {"extra_parameters", "delimiter"} - parameters.keys():
            # No operation of the person's services has such a parameter.
            del self.fields[name]
        if "extra_parameters" in parameters and parameters["extra_parameters"].required:
            self._start_with_a_parameter()

    def _parameters(self) -> dict[str, Parameter]:
        services = {integration.service for integration in self.integrations.values()}
        operations = [contract_for(service).operations.get(self.report.operation_id) for service in services]
        return {
            name: parameter
            for operation in operations
            if operation
            for name, parameter in operation.query_parameters.items()
        }

    def _start_with_a_parameter(self) -> None:
        """The contract requires the value, and a service may take an empty one for a missing one."""
        field = self.fields["extra_parameters"]
        field.help_text = f"{field.help_text} The API asks for at least one."
        field.initial = next((name for name in self.report.columns if name.startswith("sub_id")), "")

    def clean(self) -> dict[str, Any]:
        """Check that there is a column at all."""
        values: dict[str, Any] = super().clean() or {}
        is_readable = "columns" in values and "more_columns" in values
        if is_readable and not values["columns"] and not values["more_columns"]:
            self.add_error("columns", "Choose at least one column.")
        return values

    @cached_property
    def _column_boxes(self) -> tuple[list[BoundWidget], list[BoundWidget]]:
        first: list[BoundWidget] = []
        further: list[BoundWidget] = []
        for box in self["columns"].subwidgets:
            is_first = box.data["selected"] or box.data["value"] in self.report.columns
            (first if is_first else further).append(box)
        return first, further

    @property
    def columns_first(self) -> list[BoundWidget]:
        """The boxes of the ticked columns, in their order, and of the documented ones."""
        return self._column_boxes[0]

    @property
    def columns_further(self) -> list[BoundWidget]:
        """Those of the columns that rows and files of the service had besides: often dozens, so out of the way."""
        return self._column_boxes[1]

    @property
    def chosen_integration(self) -> Integration:
        """The integration, of a valid form."""
        return self.integrations[self.cleaned_data["integration"]]

    @property
    def chosen_columns(self) -> tuple[str, ...]:
        """The columns in the order of the file, of a valid form."""
        return tuple(dict.fromkeys([*self.cleaned_data["columns"], *self.cleaned_data["more_columns"]]))

    @property
    def chosen_delimiter(self) -> str:
        """The character between two cells, of a valid form."""
        return DELIMITERS[self.cleaned_data.get("delimiter", "comma")]

    @property
    def chosen_parameters(self) -> tuple[str, ...]:
        """The extra parameters, of a valid form."""
        return tuple(self.cleaned_data.get("extra_parameters", ()))

    def further_recipients(self, owner: User) -> tuple[str, ...]:
        """Who is told besides the owner, of a valid form."""
        return tuple(one for one in self.cleaned_data["recipients"] if one.lower() != owner.email.lower())


def file_initial(spec: ExportSpec, recipients: Sequence[str]) -> dict[str, Any]:
    """The first values of a form for a file like this one; its columns may be known or not."""
    columns = [name for name in spec.columns if COLUMN_NAME.fullmatch(name)]
    return {
        "integration": spec.integration_id,
        "time_zone": spec.time_zone,
        "columns": columns or list(spec.report_type.money),
        "delimiter": delimiter_name(spec.delimiter),
        "extra_parameters": ",".join(spec.extra_parameters),
        "recipients": ", ".join(recipients),
    }


def offered_reports(integrations: Sequence[Integration]) -> list[ReportType]:
    """The reports that some service of these integrations can export."""
    services = {integration.service_id: integration.service for integration in integrations}
    known = {report.slug for service in services.values() for report in offered_by(contract_for(service))}
    return [report for report in REPORT_TYPES.values() if report.slug in known]
