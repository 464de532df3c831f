"""Addresses: the upload and the template of each list that can be imported, and the steps of an uploaded file."""

import apps.ui.converters  # noqa: F401  (registers `record`)
from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.bulk.imports import views
from apps.resources import registry
from apps.resources.declaration.system_checks import has_pages
from apps.resources.files.importable import can_be_imported
from apps.ui.files.uploads import takes_file

app_name = "imports"
_BULK = Capability.ACT_IN_BULK
urlpatterns = [
    route("file/<uuid:file_id>/", views.match_columns, name="columns", requires=_BULK),
    route("file/<uuid:file_id>/check/", views.check, name="check", requires=_BULK),
    route("file/<uuid:file_id>/problems/", views.problems_file, name="problems", get=_BULK),
]
for resource in registry.resources():
    if has_pages(resource) and can_be_imported(resource):
        upload = takes_file(views.UploadView.as_view(resource=resource))
        urlpatterns.append(route(f"to/{resource.prefix}", upload, name=resource.name, requires=_BULK))
        urlpatterns += [
            route(
                f"example/{resource.prefix}{kind}/",
                views.ExampleView.as_view(resource=resource, kind=kind),
                name=f"{resource.name}_example_{kind}",
                get=_BULK,
            )
            for kind in ("csv", "xlsx")
        ]
