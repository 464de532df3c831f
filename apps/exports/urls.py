"""Addresses of the export pages."""

from django.urls import path

from apps.exports import views
from apps.exports.downloads import download

app_name = "exports"
urlpatterns = [
    path("", views.export_list, name="list"),
    path("new/", views.export_create, name="create"),
    path("<uuid:export_id>/", views.export_detail, name="detail"),
    path("<uuid:export_id>/cancel/", views.export_cancel, name="cancel"),
    path("<uuid:export_id>/download/", download, name="download"),
]
