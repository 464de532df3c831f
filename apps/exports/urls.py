"""Addresses of the export pages."""

from django.urls import path

import apps.ui.converters  # noqa: F401  (registers `record`)
from apps.exports.center import remote_views, views
from apps.exports.center.downloads import download, remote_download
from apps.exports.request import views as request_views

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("new/", request_views.export_create, name="create"),
    path("new/quota/", request_views.export_quota, name="quota"),
    path("<uuid:export_id>/", views.export_detail, name="detail"),
    path("<uuid:export_id>/cancel/", views.export_cancel, name="cancel"),
    path("<uuid:export_id>/choose/", views.export_choose, name="choose"),
    path("<uuid:export_id>/download/", download, name="download"),
    path("api/<uuid:service_id>/<record:remote_id>/", remote_views.remote_detail, name="remote"),
    path(
        "api/<uuid:service_id>/<record:remote_id>/delete/", remote_views.remote_delete, name="remote_delete"
    ),
    path("api/<uuid:service_id>/<record:remote_id>/download/", remote_download, name="remote_download"),
]
