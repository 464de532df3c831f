"""The list of a resource: its address is its state; HTMX gets the results alone, from the same template."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.api.query import Filter
from apps.resources.files.importable import can_be_imported
from apps.resources.lists.chosen import ChosenList, known_views
from apps.resources.lists.results import ListResults
from apps.resources.lists.row_menus import RowMenus
from apps.resources.lists.state import REFERENCE_OPERATORS, ListState
from apps.resources.lists.typed_filters import SEPARATOR, SEVERAL, typed_filter, values_of
from apps.resources.references.resolution import Resolution
from apps.resources.references.resolver import Resolver, resolved_values
from apps.resources.views.base import ResourceView
from apps.saved_views.lists import ALL
from apps.saved_views.view_bar import ViewBar, default_url
from apps.shortcuts.page_star import page_star
from apps.text.typed import is_blank
from apps.ui.columns import Column
from apps.ui.fragments import RESULTS_ID, is_fragment_wanted, push_address
from apps.ui.links import address_of, query_string

#: Parameters of the add-filter form; they turn into one `filter[field][operator]` and never stay in an address.
ADD_FILTER = ("filter_field", "filter_operator", "filter_value")


class ListView(ResourceView):
    """Answers a browser with the page and HTMX with the results inside it."""

    http_method_names = ["get", "head"]

    def setup(self, request: HttpRequest, *arguments: Any, **path: Any) -> None:
        """Nothing was looked up yet."""
        super().setup(request, *arguments, **path)
        self._unresolved: list[tuple[Filter, Resolution]] = []

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The list in the state its query string describes; the state's canonical address goes to the browser."""
        is_fragment = is_fragment_wanted(request, RESULTS_ID)
        if not (request.GET or is_fragment) and (opened := self._opens_with()):
            return redirect(opened)
        state, is_canonical = self._state()
        if not is_fragment and not is_canonical:
            return redirect(self.list_path + state.query_string())
        chosen = ChosenList(self.scope, state, self.list_choices)
        results = ListResults(self.scope, chosen.state, self.list_path, chosen.columns)
        results.notes += chosen.problems
        for item, resolution in self._unresolved:
            results.add_choices(item, resolution)
        results.load()
        named = self._named_otherwise(results)
        if named is not None:
            return redirect(self.list_path + named.query_string())
        bar = chosen.bar(results.state, self.list_path)
        context = {
            "results": results,
            "view_bar": bar,
            "has_chosen_columns": chosen.has_chosen_columns,
            **self._star(bar, results),
            "bulk_url": address_of("bulk:start", self.resource.name)
            + query_string(list(self.scope.list_path.items())),
            "compare_url": self.url("compare"),
            "filter_url": self.url("filter"),
            "bulk_actions": [
                action for action in self.resource.bulk_actions if action.may_be_tried(self.scope)
            ],
            "may_edit": self.scope.may_try("update"),
        }
        if results.rows and results.page:
            menus = RowMenus(self.scope, signed_in_person(request), results.columns)
            menus.put_on(results.rows, results.page.records)
            context["menus"] = menus
            context["file_urls"] = self._file_urls(results.state, results.columns)
        if can_be_imported(self.resource):
            context["import_url"] = address_of(f"imports:{self.resource.name}", **self.scope.list_path)
        template = "_results.html" if is_fragment else "list.html"
        response = self.render(template, context, status=results.status)
        if is_fragment:
            # Of the page that is shown: past the end it is another one than was asked for.
            push_address(request, response, self.list_path + results.state.query_string())
        if results.retry_after:
            response["Retry-After"] = str(results.retry_after)
        return response

    def _star(self, bar: ViewBar, results: ListResults) -> dict[str, Any]:
        return page_star(
            signed_in_person(self.request),
            self.scope.connection,
            bar,
            kind="List",
            label=self.resource.label_plural,
            words=(chip.text for chip in results.chips),
        )

    def _opens_with(self) -> str:
        """The view in which the person has chosen to open the bare list; "" for all records."""
        return default_url(
            self.list_path, [], self.list_choices, lambda: known_views(self.resource, self.scope.catalogue)
        )

    def _file_urls(self, state: ListState, columns: Sequence[Column]) -> list[tuple[str, str]]:
        """Labels and addresses of the whole list as files; the page it is at does not matter to them."""
        path = self.scope.list_path
        names = [column.field for column in columns[1:]]
        # A file has the columns that were seen, whatever is chosen until it is made.
        state = (
            state.with_page(1).with_view("").with_columns(() if columns == self.resource.columns else names)
        )
        return [
            (
                label,
                address_of(f"list_files:{self.resource.name}_{name}", **path) + state.query_string(),
            )
            for name, label in (("csv", "CSV"), ("xlsx", "Excel (XLSX)"))
        ]

    def _state(self) -> tuple[ListState, bool]:
        """The state asked for, and whether the address already says it in its canonical form."""
        query = self.request.GET.copy()
        field, operator, typed = (query.get(name, "") for name in ADD_FILTER)
        for name in ADD_FILTER:
            query.pop(name, None)
        catalogue = self.scope.catalogue
        state = ListState.from_query(query, catalogue, look_up=self._look_up)
        added, problem = (None, "")
        if field in catalogue.references and operator not in REFERENCE_OPERATORS:
            # Without JavaScript every comparison is offered for every field; here one types a name or an id.
            operator = "eq"
        if field and not is_blank(typed):
            added, problem = typed_filter(field, operator or "eq", typed)
        if added:
            # It takes the place of what compared the same field in the same way before.
            one = ListState.from_query(_query_of(added), catalogue, look_up=self._look_up)
            problems = state.problems
            for item in one.filters:
                state = state.with_filter(item)
            state = replace(state, problems=problems)
            problem = " ".join(one.problems).replace("; the filter was ignored", "")
        if problem:
            state = replace(state, problems=(*state.problems, f"{problem.removesuffix('.')}."))
        if not state.view and self.list_choices.default_view:
            # Without it a link that takes the last filter away would lead to the view that the bare list opens with.
            state = state.with_view(ALL)
        was_empty = any(is_blank(str(value)) for value in query.values())
        is_canonical = bool(state.problems) or not (added or was_empty or state.is_rewritten)
        return state, is_canonical

    @cached_property
    def _resolver(self) -> Resolver:
        return Resolver(self.scope.connection, self.scope.client, self.scope.path)

    def _look_up(self, tag: str, item: Filter) -> tuple[Filter, str]:
        """A condition on records of a tag by their ids; what was typed for them is looked up."""
        ids, unresolved = resolved_values(partial(self._resolver.resolve, tag), values_of(item))
        self._unresolved += [(item, resolution) for resolution in unresolved]
        return replace(item, value=SEPARATOR.join(ids)), " ".join(one.problem for one in unresolved)

    def _named_otherwise(self, results: ListResults) -> ListState | None:
        """Where nothing has the id that was filtered by, the state by the record whose name it is; or None."""
        if results.rows or results.error:
            return None
        for item in results.state.filters:
            tag = self.scope.catalogue.refers(item)
            if not tag or item.operator == SEVERAL or results.names.get(tag, {}).get(item.value):
                continue
            resolution = self._resolver.resolve(tag, item.value, is_sure=True)
            if resolution.record_id and resolution.record_id != item.value:
                return results.state.with_filter(replace(item, value=resolution.record_id))
            if not resolution.record_id:
                results.notes.append(resolution.problem)
                results.add_choices(item, resolution)
        return None


def _query_of(item: Filter) -> QueryDict:
    query = QueryDict(mutable=True)
    query[item.name] = item.value
    return query
