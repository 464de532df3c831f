"""Addresses of shared exports: those of who shares, and the one of a guest."""

from django.urls import path

from apps.shares import guests, views

app_name = "shares"
urlpatterns = [
    path("exports/shared/", views.share_list, name="list"),
    path("exports/shared/<uuid:share_id>/", views.openings, name="openings"),
    path("exports/shared/<uuid:share_id>/revoke/", views.revoke_share, name="revoke"),
    path("exports/api/<uuid:service_id>/<record:remote_id>/share/", views.manage, name="manage"),
    path("shared/<str:key>/", guests.guest_page, name="guest"),
    path("shared/<str:key>/file/", guests.guest_file, name="guest_file"),
]
