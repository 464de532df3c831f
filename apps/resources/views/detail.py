"""One record with every field the contract documents, and whatever else the API sent."""

from django.http import HttpRequest, HttpResponse

from apps.api.errors import RecordNotFound
from apps.resources.columns import Column
from apps.resources.panels import build_panels
from apps.resources.views.base import ResourceView


class DetailView(ResourceView):
    """Reads the record fresh from the API."""

    http_method_names = ["get", "head"]

    def get(self, request: HttpRequest, **path: str) -> HttpResponse:
        """The record's page; a record that is gone gets a page that says so, with the way back."""
        resource, scope = self.resource, self.scope
        columns = [field for panel in resource.panels for field in panel.fields if isinstance(field, Column)]
        try:
            record, context = scope.get_with_names(self.record_id, columns)
        except RecordNotFound as error:
            return self.render("gone.html", {"record_id": self.record_id, "error": error}, status=404)
        badges = {column.field: column for column in resource.columns}
        return self.render(
            "detail.html",
            {
                "record_id": self.record_id,
                "title": resource.title(record),
                "panels": build_panels(resource.panels, record, scope.fields, context, resource.field_labels),
                "badges": [
                    badges[name].cell(record, context) for name in resource.quick_filters if name in badges
                ],
                "edit_url": self.url("edit", self.record_id) if "update" in scope.operations else "",
                "archive_url": self.url("archive", self.record_id) if "delete" in scope.operations else "",
            },
        )
