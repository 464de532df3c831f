"""Addresses of the export pages."""

import apps.ui.converters  # noqa: F401  (registers `record`)
from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.exports.center import remote_views, views
from apps.exports.center.downloads import download, remote_download
from apps.exports.request import views as request_views
from apps.ui.waiting.frame_first import frame_first

app_name = "exports"
urlpatterns = [
    route("", frame_first(views.export_list), name="list", get=Capability.READ),
    route("new/", request_views.export_create, name="create", requires=Capability.EXPORT),
    route("new/quota/", request_views.export_quota, name="quota", get=Capability.EXPORT),
    route("<uuid:export_id>/", views.export_detail, name="detail", get=Capability.READ),
    route("<uuid:export_id>/cancel/", views.export_cancel, name="cancel", post=Capability.EXPORT),
    route("<uuid:export_id>/choose/", views.export_choose, name="choose", post=Capability.EXPORT),
    route("<uuid:export_id>/download/", download, name="download", get=Capability.DOWNLOAD),
    route(
        "api/<uuid:service_id>/<record:remote_id>/",
        frame_first(remote_views.remote_detail),
        name="remote",
        get=Capability.READ,
    ),
    route(
        "api/<uuid:service_id>/<record:remote_id>/delete/",
        frame_first(remote_views.remote_delete),
        name="remote_delete",
        requires=Capability.EXPORT,
    ),
    route(
        "api/<uuid:service_id>/<record:remote_id>/download/",
        remote_download,
        name="remote_download",
        get=Capability.DOWNLOAD,
    ),
]
