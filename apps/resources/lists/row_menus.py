"""What can be done with one record from its row in the list: a menu at the row's end, and values edited in their cells.

The menu is the same for all rows but for what is done already, so a list has it once, as a template that a script makes
a row's menu from when it is first opened (`static/js/row-menus.js`). Its addresses are relative to the record's page.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from apps.accounts.models import User
from apps.accounts.policy import Capability, may
from apps.accounts.routes import access_of
from apps.resources.lists.cell_filters import CellFilters
from apps.resources.lists.rows import record_rows
from apps.resources.scope import Scope
from apps.resources.writes.actions import BulkAction
from apps.ui.columns import Column, Record, RowContext, TitleColumn
from apps.ui.tables import Row, RowMenu

#: A page that some resources have besides those of all (`Resource.own_views`).
DUPLICATE = "duplicate"
#: What one record is looked at by in a table of reports, before its id.
REPORT_FILTER = "filter[{}]"


@dataclass(frozen=True)
class EditedCell:
    """A field that is edited in its cell, which has the class `css`."""

    label: str
    name: str
    css: str
    #: Of the keys' table (apps.ui.keyboard.commands); "" for none.
    command: str
    #: Whether the menu offers it too: not what it has an action for.
    is_in_menu: bool


class RowMenus:
    """The menu of a list's rows, as far as the person may do it and the key was not refused it of late."""

    def __init__(self, scope: Scope, person: User, columns: Sequence[Column]) -> None:
        resource = scope.resource
        self._scope = scope

        def may_here(capability: Capability) -> bool:
            return may(person, capability, scope.service_id)

        may_edit = may_here(Capability.EDIT)
        self.may_update = may_edit and scope.may_try("update")
        self.may_duplicate = (
            DUPLICATE in resource.own_views and may_here(Capability.CREATE) and scope.may_try("create")
        )
        self.may_archive = may_here(Capability.ARCHIVE) and scope.may_try("delete")
        self.actions: list[BulkAction] = [
            action
            for action in resource.bulk_actions
            if may_edit
            and not action.is_destructive
            and action.is_possible(scope.operations)
            and action.may_be_tried(scope)
        ]
        #: Pages of the resource's own that a row's menu leads to: their addresses and words.
        self.pages = [
            (f"{name}/", label)
            for name, view in resource.own_views.items()
            if (label := getattr(view, "menu_label", ""))
            and (needed := access_of(view).get)
            and may_here(needed)
        ]
        shown = {column.field for column in columns}
        self.edited_cells = [
            EditedCell(
                resource.label_of(name),
                name,
                f"edit-{number}",
                "" if number else "edit_value",
                is_in_menu=name not in resource.switched_fields,
            )
            for number, name in enumerate(resource.row_fields)
            if self.may_update and name in shown
        ]
        css = {cell.name: cell.css for cell in self.edited_cells}
        self._head_css = css.get(columns[0].field, "")
        self._cell_css = [
            css.get(column.field, "") for column in columns if not isinstance(column, TitleColumn)
        ]

    @property
    def report_query(self) -> str:
        """The query of the reports about one record, without its id at the end; "" where there are none."""
        name = self._scope.resource.report_filter
        if not name:
            return ""
        place = self._scope.path.get("integrationID")
        query = {"integration_id": place} if place else {}
        return urlencode({**query, REPORT_FILTER.format(name): ""}, safe="[]")

    def put_on(self, rows: Sequence[Row], records: Sequence[Record]) -> None:
        """Give the rows of these records the button of their menu each."""
        for row, record in zip(rows, records, strict=True):
            if row.url:
                done = [action.name for action in self.actions if action.is_done_for(record)]
                row.menu = RowMenu(done, self._head_css, self._cell_css)
            else:
                row.menu = RowMenu(())


def rows_of_list(
    scope: Scope, person: User, records: Sequence[Record], columns: Sequence[Column], context: RowContext
) -> list[Row]:
    """Records as the rows that they have in their list, to be put in place of them."""
    rows = record_rows(scope, records, columns, context, CellFilters(scope))
    RowMenus(scope, person, columns).put_on(rows, records)
    return rows
