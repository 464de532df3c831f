"""What can be done with one record from its row in the list: a menu at the row's end, and values changed in place."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlencode

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.resources.scope import Scope
from apps.ui.columns import Column, Record, TitleColumn
from apps.ui.tables import NO_MENU, MenuButton, MenuLink, Row, row_menu

#: A page that some resources have besides those of all (`Resource.own_views`).
DUPLICATE = "duplicate"


class RowMenus:
    """Gives rows their menus, as far as the person may change these records and the key was not refused it of late."""

    def __init__(self, scope: Scope, person: User, columns: Sequence[Column]) -> None:
        resource = scope.resource
        self._resource = resource
        self.is_offered = may(person, Capability.EDIT)
        self._may_update = scope.may_try("update")
        self._may_duplicate = (
            DUPLICATE in resource.own_views and may(person, Capability.CREATE) and scope.may_try("create")
        )
        self._actions = [
            action
            for action in resource.bulk_actions
            if not action.is_destructive
            and action.is_possible(scope.operations)
            and action.may_be_tried(scope)
        ]
        #: Pages of the resource's own that a row's menu leads to, with their words.
        self._pages = {
            name: label
            for name, view in resource.own_views.items()
            if (label := getattr(view, "menu_label", ""))
        }
        shown = [column.field for column in columns if not isinstance(column, TitleColumn)]
        #: Place among a row's cells → the class by which HTMX finds the cell, and the field.
        self._places = {
            shown.index(name): (f"edit-{number}", name)
            for number, name in enumerate(resource.row_fields)
            if self._may_update and name in shown and name not in resource.switched_fields
        }

    def on(self, rows: Sequence[Row], records: Sequence[Record]) -> list[Row]:
        """The rows of these records with a menu each; as they are for somebody who may change nothing."""
        if not self.is_offered:
            return list(rows)
        return [self._row(row, record) for row, record in zip(rows, records, strict=True)]

    def _row(self, row: Row, record: Record) -> Row:
        if not row.url:
            return replace(row, menu=NO_MENU)
        cells = [
            replace(cell, css=f"{cell.css} {self._places[place][0]}".strip())
            if place in self._places
            else cell
            for place, cell in enumerate(row.cells)
        ]
        return replace(
            row, cells=cells, menu=row_menu(row.record_id, row.title, self._items(row.url, record))
        )

    def _items(self, url: str, record: Record) -> Iterator[MenuLink | MenuButton]:
        """What is opened first; what changes something at once comes last. `url` is the record's page."""
        for css, name in self._places.values():
            query = urlencode({"name": name})
            is_first = name == self._resource.row_fields[0]
            command = "edit_value" if is_first else ""
            yield MenuLink(f"{self._resource.label_of(name)}…", f"{url}field/?{query}", css, command)
        yield MenuLink("Open", url)
        if self._may_update:
            yield MenuLink("Edit", f"{url}edit/", command="edit")
        if self._may_duplicate:
            yield MenuLink("Duplicate", f"{url}{DUPLICATE}/", command="duplicate")
        for name, label in self._pages.items():
            yield MenuLink(label, f"{url}{name}/")
        for action in self._actions:
            if not action.is_done_for(record):
                row_url = "" if action.may_warn else f"{url}row/"
                yield MenuButton(action.label, f"{url}act/", action.name, row_url, "status")
