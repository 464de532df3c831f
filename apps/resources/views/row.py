"""One record as its row in the list, for HTMX to put in place of the row after a change."""

from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect

from apps.accounts.access import signed_in_person
from apps.api.errors import ApiError
from apps.resources.lists.chosen import columns_of_query
from apps.resources.lists.row_menus import rows_of_list
from apps.resources.references.records_with_names import get_with_names
from apps.resources.views.base import ResourceView
from apps.resources.views.toasts import toast_alone, toast_context
from apps.ui.columns import Column
from apps.ui.error_pages import describe
from apps.ui.fragments import is_part_wanted


class RowView(ResourceView):
    """The row as it is now, with what the change before it said as a toast; a browser gets the record's page."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The row; where it cannot be read the toast alone, and the row on the page stays."""
        if not is_part_wanted(request):
            return redirect(self.url("detail", self.record_id))
        columns = self._columns()
        try:
            record, context, _ = get_with_names(self.scope, lambda: self.scope.get(self.record_id), columns)
        except ApiError as error:
            failed = describe(error)
            words = f"The row is as it was before: {failed.title}. Reload the page to see it as it is."
            return toast_alone(self, words, failed.status)
        [row] = rows_of_list(self.scope, signed_in_person(request), [record], columns, context)
        response = self.render("_row.html", {"row": row, **toast_context(self)})
        # Whatever asked stands in the row.
        response["HX-Retarget"] = "closest tr"
        response["HX-Reswap"] = "outerHTML"
        return response

    def _columns(self) -> list[Column]:
        """Those of the list that the row stands in."""
        shown = getattr(self.request, "htmx", None)
        query = QueryDict(urlsplit((shown.current_url if shown else None) or "").query)
        return columns_of_query(self.scope, query, self.list_choices)
