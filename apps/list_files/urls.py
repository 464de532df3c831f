"""Addresses: each resource's list as a file, and the pages of files that are made in the background."""

import apps.ui.converters  # noqa: F401  (registers `record`)
from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.list_files import views
from apps.list_files.models import Format
from apps.resources import registry
from apps.resources.declaration.system_checks import has_pages

app_name = "list_files"
urlpatterns = [
    route("list-files/<uuid:file_id>/", views.detail, name="detail", get=Capability.DOWNLOAD),
    route("list-files/<uuid:file_id>/again/", views.again, name="again", post=Capability.MAKE_LIST_FILES),
    route("list-files/<uuid:file_id>/file/", views.download, name="download", get=Capability.DOWNLOAD),
]
# Each list by the API's path of it, where no record's id can be in the way.
urlpatterns += [
    route(
        f"list-files/{resource.prefix}{file_format}/",
        views.ListFileView.as_view(resource=resource, file_format=file_format),
        name=f"{resource.name}_{file_format}",
        get=Capability.DOWNLOAD,
        post=Capability.MAKE_LIST_FILES,
    )
    for resource in registry.resources()
    if has_pages(resource)
    for file_format in Format.values
]
