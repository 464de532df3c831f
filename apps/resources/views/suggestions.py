"""Small fragments that help with typing: the value control of a new filter, names for a reference."""

from django.http import Http404, HttpRequest, HttpResponse

from apps.api.errors import ApiError
from apps.api.query import Filter, ListQuery
from apps.resources import registry
from apps.resources.results import OPERATOR_WORDS
from apps.resources.values import is_missing, text_of, value_at
from apps.resources.views.base import ResourceView

SUGGESTIONS = 10
#: The operators that make sense for a type; others stay reachable through the address.
OPERATORS_BY_TYPE = {
    "boolean": ("eq", "ne"),
    "integer": ("eq", "ne", "gt", "gte", "lt", "lte", "in"),
    "number": ("eq", "ne", "gt", "gte", "lt", "lte"),
}
ENUM_OPERATORS = ("eq", "ne", "in")
TIME_OPERATORS = ("gte", "lte", "gt", "lt", "eq")
TEXT_OPERATORS = ("contains", "eq", "ne", "starts_with", "in")


class FilterControlView(ResourceView):
    """The operators and the value control that suit a field."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The fragment for the field named by `filter_field`; 404 for a field that cannot be filtered by."""
        name = request.GET.get("filter_field", "")
        catalogue = self.scope.catalogue
        if not catalogue.is_comparable(name):
            raise Http404("no such field")
        field = catalogue[name]
        words = self.resource.value_words(name)
        values = field.enum or (("true", "false") if field.type == "boolean" else ())
        if field.enum:
            wanted: tuple[str, ...] = ENUM_OPERATORS
        elif field.format in ("date-time", "date"):
            wanted = TIME_OPERATORS
        else:
            wanted = OPERATORS_BY_TYPE.get(field.type, TEXT_OPERATORS)
        known = self.scope.contract.filter_operators
        return self.render(
            "_filter_control.html",
            {
                "operators": [(o, OPERATOR_WORDS.get(o, o)) for o in wanted if o in known],
                "choices": [(value, words.get(value, value)) for value in values],
                "is_date": field.format in ("date-time", "date"),
            },
        )


class OptionsView(ResourceView):
    """Suggestions for a reference field: ids with their names, found through the API's own filter."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, field: str, **path: str) -> HttpResponse:
        """Up to ten `<option>`s whose name contains what was typed; none while the API does not answer."""
        tag = {**self.resource.form_class.references, **self.resource.lookups}.get(field)
        if tag is None:
            raise Http404("not a reference")
        typed = request.GET.get(field, "").strip()
        referred = registry.by_tag(tag)
        searched = referred.search_field if referred else "name"
        operation = self.scope.contract.for_tag(tag)["list"]
        filters = (Filter(searched, "contains", typed),) if typed and not typed.isdigit() else ()
        try:
            page = self.scope.client.list(
                operation.id, query=ListQuery(page_size=SUGGESTIONS, sort=(searched,), filters=filters)
            )
        except ApiError:
            return self.render("_options.html", {"options": []})
        options = [
            (text_of(key), referred.title(record) if referred else text_of(value_at(record, "name")))
            for record in page.records
            if not is_missing(key := record.get("id"))
        ]
        return self.render("_options.html", {"options": options})
