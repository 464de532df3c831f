"""Small fragments that help with typing: the value control of a new filter, records for a look-up."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from apps.resources import registry
from apps.resources.lists.filter_chips import OPERATOR_WORDS, TIME_OPERATOR_WORDS
from apps.resources.lists.filter_values import is_time
from apps.resources.references.suggestions import suggest
from apps.resources.views.base import ResourceView

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
        tag = catalogue.references.get(name, "")
        if tag or field.enum or field.item_enum:
            wanted: tuple[str, ...] = ENUM_OPERATORS
        elif field.format in ("date-time", "date"):
            wanted = TIME_OPERATORS
        else:
            wanted = OPERATORS_BY_TYPE.get(field.type, TEXT_OPERATORS)
        known = self.scope.offered_operators
        words = OPERATOR_WORDS | (TIME_OPERATOR_WORDS if wanted is TIME_OPERATORS else {})
        return self.render(
            "_filter_control.html",
            {
                "operators": [(o, words.get(o, o)) for o in wanted if o in known],
                "choices": self.resource.value_choices(name, field),
                "is_date": field.format in ("date-time", "date"),
                "zone": timezone.get_current_timezone_name() if is_time(field) else "",
                "suggest_url": registry.suggest_url(tag, self.kwargs) if tag else "",
                "takes_several": "in" in wanted,
            },
        )


class SuggestView(ResourceView):
    """What a look-up offers for `q`: records of this resource by id and by name."""

    http_method_names = ["get"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The fragment with up to ten records, or with the words for why there are none."""
        suggestions = suggest(self.scope, request.GET.get("q", ""))
        is_failed = suggestions.error is not None and not suggestions.found
        status = suggestions.error.status if suggestions.error and is_failed else 200
        return self.render("_suggestions.html", {"suggestions": suggestions}, status=status)
