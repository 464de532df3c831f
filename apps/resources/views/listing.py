"""The list of a resource: its address is its state; HTMX gets the results alone, from the same template."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from apps.api.query import Filter
from apps.resources.current_integration import remember_integration
from apps.resources.list_state import ListState
from apps.resources.results import Results
from apps.resources.views.base import ResourceView, is_fragment_wanted, push_address

RESULTS_ID = "results"
#: Parameters of the add-filter form; they turn into one `filter[field][operator]` and never stay in an address.
ADD_FILTER = ("filter_field", "filter_operator", "filter_value")


class ListView(ResourceView):
    """Answers a browser with the page and HTMX with the results inside it."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The list in the state its query string describes; the state's canonical address goes to the browser."""
        state, is_canonical = self._state()
        is_fragment = is_fragment_wanted(request, RESULTS_ID)
        if not is_fragment and not is_canonical:
            return redirect(self.list_path + state.query_string())
        results = Results(self.scope, state, self.list_path)
        results.load()
        context = {
            "results": results,
            "may_act_in_bulk": self.resource.may_act_in_bulk(request),
            "bulk_url": self.url("bulk"),
            "filter_url": self.url("filter"),
            "bulk_actions": [
                action for action in self.resource.bulk_actions if action.may_be_tried(self.scope)
            ],
        }
        template = "_results.html" if is_fragment else "list.html"
        response = self.render(template, context, status=results.status)
        if is_fragment:
            push_address(request, response, self.list_path + state.query_string())
        if results.retry_after:
            response["Retry-After"] = str(results.retry_after)
        remember_integration(request, response, self.kwargs.get("integrationID", ""))
        return response

    def _state(self) -> tuple[ListState, bool]:
        """The state asked for, and whether the address already says it in its canonical form."""
        query = self.request.GET.copy()
        added = self._added_filter()
        for name in ADD_FILTER:
            query.pop(name, None)
        state = ListState.from_query(query, self.scope.catalogue)
        problem = self.scope.catalogue.problem_with(added) if added else None
        if problem:
            state = replace(state, problems=(*state.problems, f"{problem}."))
        elif added:
            state = state.with_filter(added)
        is_canonical = bool(state.problems) or not (added or any(not value for value in query.values()))
        return state, is_canonical

    def _added_filter(self) -> Filter | None:
        field, operator, value = (self.request.GET.get(name, "").strip() for name in ADD_FILTER)
        return Filter(field, operator or "eq", value) if field and value else None
