"""The page, and dialog, in which the columns of a list are chosen and ordered."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views import View

from apps.accounts.policy import Capability, demand
from apps.accounts.unsent_forms import take_unsent_form
from apps.audit.events import EventKind, acting_person, record
from apps.saved_views.choices import keep_columns, keep_columns_for_all
from apps.saved_views.list_pages import ListPage
from apps.saved_views.lists import COLUMNS, VIEW
from apps.ui.column_order import moved

#: What is done with what was ticked; anything else moves a column ("up:payout").
SHOW, RESET, FOR_ALL, DROP_FOR_ALL = "show", "reset", "for_all", "drop_for_all"
UNKNOWN_ORGANISATION = (
    "Nothing was set: which organisation your key is of is not known. Test your key under Connections."
)


@dataclass(frozen=True)
class ColumnChoice:
    """One line of the form."""

    name: str
    label: str
    is_shown: bool


class ColumnsView(View):
    """Which columns a list shows, and in which order. Saved at once, for the person and for this list alone."""

    http_method_names = ["get", "head", "post"]
    restores_unsent_form = True

    def get(self, request: HttpRequest, service_id: UUID, list_name: str) -> HttpResponse:
        """The columns as the list shows them now."""
        page = ListPage.of(request, service_id, list_name)
        typed = take_unsent_form(request)
        names = page.columns_of(request.GET if typed is None else typed) or page.choices.columns
        return self._form(page, names or tuple(page.viewed.default_columns(page.connection)))

    def post(self, request: HttpRequest, service_id: UUID, list_name: str) -> HttpResponse:
        """Keep the choice and go back to the list; Up and Down without JavaScript show the form in that order."""
        page = ListPage.of(request, service_id, list_name)
        names, action = page.columns_of(request.POST), request.POST.get("action", SHOW)
        if action in (FOR_ALL, DROP_FOR_ALL):
            demand(request.user, Capability.MANAGE_LISTS, service_id)
            if not page.connection.organisation:
                return self._form(page, names, UNKNOWN_ORGANISATION, 422)
        if action == RESET:
            return self._reset(page)
        if action == DROP_FOR_ALL:
            keep_columns_for_all(page.connection, list_name, ())
            _record_setting(page, list_name, ())
            return redirect(page.next_url)
        if action not in (SHOW, FOR_ALL):
            return self._form(page, moved(names, action))
        if not names:
            return self._form(page, (), "Tick at least one column.", 422)
        if action == FOR_ALL:
            keep_columns_for_all(page.connection, list_name, names)
            _record_setting(page, list_name, names)
        return self._show(page, names)

    def _form(
        self, page: ListPage, names: Sequence[str], problem: str = "", status: int = 200
    ) -> HttpResponse:
        labels = page.labels
        shown = [ColumnChoice(name, labels[name], is_shown=True) for name in names if name in labels]
        others = sorted(
            (
                ColumnChoice(name, label, is_shown=False)
                for name, label in labels.items()
                if name not in names
            ),
            key=lambda choice: choice.label.lower(),
        )
        context = {
            "choices": [*shown, *others],
            "problem": problem,
            "is_organisation_known": bool(page.connection.organisation),
            "has_columns_for_all": bool(page.choices.columns_for_all),
        }
        return page.render("columns", context, status)

    def _show(self, page: ListPage, names: tuple[str, ...]) -> HttpResponse:
        """A saved view keeps the columns it was saved with: others stand in the address until it is saved again."""
        others = [pair for pair in page.next_pairs if pair[0] != COLUMNS]
        view = page.choices.view(dict(page.next_pairs).get(VIEW, ""))
        if view and view.columns:
            own = [] if view.columns == names else [(COLUMNS, name) for name in names]
            return redirect(page.list_url([*others, *own]))
        keep_columns(page.person, page.connection.service_id, page.viewed.name, names)
        return redirect(page.list_url(others))

    def _reset(self, page: ListPage) -> HttpResponse:
        view = page.choices.view(dict(page.next_pairs).get(VIEW, ""))
        if not (view and view.columns):
            keep_columns(page.person, page.connection.service_id, page.viewed.name, ())
        return redirect(page.list_url([pair for pair in page.next_pairs if pair[0] != COLUMNS]))


def _record_setting(page: ListPage, list_name: str, names: Sequence[str]) -> None:
    """Write down which columns everybody of the organisation sees from now on; none for those of the list itself."""
    record(
        EventKind.SETTING_CHANGED,
        acting_person(),
        about="columns",
        about_id=list_name,
        title=f"Columns of {list_name}",
        service_id=page.connection.service_id,
        organisation=page.connection.organisation,
        facts={"after": list(names)},
    )
