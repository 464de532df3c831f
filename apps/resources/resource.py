"""What a resource is: a declaration over the contract, from which lists, pages, forms and addresses follow."""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from pathlib import Path

from django.urls import reverse
from django.views import View

from apps.accounts.models import User
from apps.api.contract.contract import Field, builtin_contract
from apps.api.query import Filter
from apps.resources.api_access import ApiAccess
from apps.resources.details.panels import ChildrenPanel, Panel, RelatedPanel
from apps.resources.forms.contract_form import ContractForm
from apps.resources.writes.actions import BulkAction
from apps.saved_views.lists import ShippedView
from apps.ui.columns import BadgeColumn, Column, Record, ReferenceColumn
from apps.ui.contract_values import as_boolean
from apps.ui.converters import segment
from apps.ui.values import (
    LONGEST_TITLE,
    identifier,
    is_missing,
    label_of,
    shortened,
    text_of,
    value_at,
)

#: What the operations of a role do.
ROLE_VERBS = {"create": "create", "update": "change", "delete": "archive"}


class Resource:
    """One kind of record of the API. Subclasses declare; they override a hook only where they differ."""

    #: One plural snake_case word: URL namespace, template folder, key in the registry.
    name: str
    #: The contract's tag: operations, field types, enums and required marks come from there.
    tag: str
    #: An OpenAPI file that brings the tag's operations, where the built-in contract has none of that tag.
    contract_file: Path | None = None
    #: What people call one record and several.
    label: str
    label_plural: str
    #: Name of a Lucide icon for the menu.
    icon = "table"
    #: The field that names a record in headings, check boxes and messages.
    title_field = "name"
    #: The columns of the list, in order; the first is a `TitleColumn`, which links to the record.
    columns: Sequence[Column]
    #: The field the search box looks in, with the operator it uses.
    search_field = "name"
    search_operator = "contains"
    #: Fields that are edited where they are seen, in the list and on a record's page; what is edited most comes first.
    #: Each is one of the columns.
    row_fields: Sequence[str] = ()
    #: Views that come with the list besides *All*: filters and a sort under a name.
    views: Sequence[ShippedView] = ()
    #: Fields with a fixed set of values that get a select above the table.
    quick_filters: Sequence[str] = ()
    #: Groups of fields on a record's page; fields the contract has and no panel names come last.
    panels: Sequence[Panel]
    #: How many panels stand before the tables of children.
    leading_panels = 2
    #: Tables of records that lie below a record.
    children: Sequence[ChildrenPanel] = ()
    #: Tables of records elsewhere that refer to a record.
    related: Sequence[RelatedPanel] = ()
    #: The filter of the reports that narrows them to one of these records; "" for none.
    report_filter = ""
    #: The registered name of the resource whose records these lie below; "" for none.
    parent = ""
    #: Fields of the parent's record that the columns and panels of these need, for example its currency.
    inherited: Sequence[str] = ()
    #: Fields that are written but never shown.
    hidden_fields: frozenset[str] = frozenset()
    #: The form of new and edited records.
    form_class: type[ContractForm]
    #: What can be done with a selection.
    bulk_actions: Sequence[BulkAction] = ()
    #: Words for fields where neither the name alone nor the form's label says it.
    field_labels: Mapping[str, str] = {}
    #: Terms that a "?" beside the field explains on a record's page; the form has such words beside the control.
    explanations: Mapping[str, str] = {}
    #: Field → values that the app's own code tells apart; a value the contract lists no more stops the start.
    known_values: Mapping[str, Collection[object]] = {}
    #: Views by the page's name: in place of the engine's, or under a new name at `…/<id>/<name>/`. One of a new name
    #: has an attribute `access` (apps.accounts.routes.Access), which says what the page takes.
    own_views: Mapping[str, type[View]] = {}

    def name_of(self, record: Record) -> str:
        """The record's own name: its title field; "" when it has none, or one of blanks alone."""
        value = value_at(record, self.title_field)
        text = "" if is_missing(value) else text_of(value)
        return text if text.strip() else ""

    def title(self, record: Record) -> str:
        """What a record is called: its name, else what it is and its id."""
        name = shortened(self.name_of(record), LONGEST_TITLE)
        return name or f"{self.label} {self.record_id(record) or 'without id'}"

    def title_of(self, record_id: str, reading: object) -> str:
        """What a record of a known id is called; what could not be read, or is gone, by its id."""
        return self.title(reading) if isinstance(reading, Mapping) else f"{self.label} {record_id}"

    def record_id(self, record: Record) -> str:
        """The record's id as a text; "" when it has none, and so no page and no check box."""
        return identifier(value_at(record, "id"))

    def label_of(self, field: str) -> str:
        """A field's name for people."""
        return self.labels.get(field) or label_of(field)

    @cached_property
    def labels(self) -> dict[str, str]:
        """Words for fields: the form's, and those of the declaration."""
        return {**self.form_class.labels, **self.field_labels}

    @cached_property
    def references(self) -> dict[str, str]:
        """Field → tag of the records its value refers to: the form's, and those the list shows."""
        shown = {column.field: column.tag for column in self.columns if isinstance(column, ReferenceColumn)}
        return {**self.form_class.references, **shown}

    @cached_property
    def panel_columns(self) -> dict[str, Column]:
        """Field → the column by which the record's page shows it, where its panels give one."""
        columns = [field for panel in self.panels for field in panel.fields if isinstance(field, Column)]
        return {column.field: column for column in columns}

    @cached_property
    def switched_fields(self) -> frozenset[str]:
        """Fields that actions set, as *Deactivate* does: they need no form."""
        return frozenset(name for action in self.bulk_actions for name in action.changes or ())

    def value_words(self, field: str) -> Mapping[str, str]:
        """What the values of a field with a fixed set are called, as its badge in the list says."""
        column = next((c for c in self.columns if c.field == field and isinstance(c, BadgeColumn)), None)
        if column is None:
            return {"true": "Yes", "false": "No"}
        return {
            str(value).lower() if isinstance(value, bool) else value: badge.text
            for value, badge in column.badges.items()
        }

    def value_choices(self, name: str, field: Field) -> list[tuple[str, str]]:
        """The values a field with a fixed set can have, each with its words; none for any other field."""
        values = field.enum or field.item_enum or (("true", "false") if field.type == "boolean" else ())
        words = self.value_words(name)
        return [(value, words.get(value, value)) for value in values]

    def suggestion_filters(self, text: str) -> Sequence[tuple[Filter, ...]]:
        """How a look-up finds records by what was typed: each set of filters is a call, side by side."""
        return [(Filter(self.search_field, self.search_operator, text),)]

    def is_inactive(self, record: Record) -> bool:
        """Whether a record is known to be switched off: a look-up says so beside its name."""
        return as_boolean(record.get("active")) is False

    # --- Addresses: the API's own paths ---

    @cached_property
    def path_parameters(self) -> tuple[str, ...]:
        """The contract's path parameters of the list, which are the keyword arguments of every view."""
        return builtin_contract().for_tag(self.tag)["list"].path_parameters

    @cached_property
    def id_parameter(self) -> str:
        """The contract's path parameter for the id of one record."""
        return builtin_contract().for_tag(self.tag)["get"].path_parameters[-1]

    @cached_property
    def prefix(self) -> str:
        """Where the resource's pages are: the path of its list operation."""
        template = builtin_contract().for_tag(self.tag)["list"].path.strip("/")
        for parameter in self.path_parameters:
            template = template.replace("{" + parameter + "}", f"<record:{parameter}>")
        return template + "/"

    def top_url(self, integration_id: str | None) -> str:
        """The list's address for the menu; "" when it lies below another record or needs an integration."""
        if not self.path_parameters:
            return reverse(f"{self.name}:list")
        if self.path_parameters == ("integrationID",) and integration_id:
            return reverse(f"{self.name}:list", kwargs={"integrationID": integration_id})
        return ""

    def url(self, page: str, list_path: Mapping[str, str], record_id: str = "") -> str:
        """The address of one of the resource's pages."""
        place = tuple((name, list_path[name]) for name in self.path_parameters)
        if not record_id:
            return _address_in(f"{self.name}:{page}", place)
        return reverse(f"{self.name}:{page}", kwargs={**dict(place), "record_id": record_id})

    @property
    def panel_id(self) -> str:
        """Where a parent's page opens forms of these records in place: an element's id, and HTMX's target."""
        return f"{self.name}-panel"

    def url_of_record(self, list_path: Mapping[str, str]) -> Callable[[str], str]:
        """A function from a record's id to its page's address, cheap to call for every row."""
        if any(name not in list_path for name in self.path_parameters):
            return lambda record_id: ""
        return partial(_record_url, self.url("list", list_path))

    # --- Hooks ---

    def warning_before(
        self, scope: ApiAccess, person: User, record: Record, changes: Mapping[str, object] | None
    ) -> str:
        """What a person confirms before these values are set on a record (None archives it); "" for nothing.

        For one record a bulk action asks this where it says so itself (`BulkAction.may_warn`).
        """
        return ""

    def refusal_note(self, scope: ApiAccess, person: User | None, role: str, record_id: str = "") -> str:
        """Why a call of the role ("create", "update", "delete") will probably be refused, in a sentence; else "".

        `person` is who asks, None where that does not matter.
        """
        said = scope.refusal(role, record_id)
        if said is None:
            return ""
        verb = ROLE_VERBS[role]
        thing = self.label.lower() if record_id else self.label_plural.lower()
        words = f" It said: “{said}”" if said else ""
        return f"The API refused your key to {verb} {'this ' if record_id else ''}{thing} within the last hour.{words}"


# There are few places, and each page has many addresses in one.
@lru_cache(maxsize=1024)
def _address_in(name: str, place: tuple[tuple[str, str], ...]) -> str:
    return reverse(name, kwargs=dict(place))


def _record_url(list_url: str, record_id: str) -> str:
    return f"{list_url}{segment(record_id)}/"
