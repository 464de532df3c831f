"""Addresses of shared exports: those of who shares, and the one of a guest."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.shares import guests, views
from apps.shares.slices import views as slice_views

app_name = "shares"
urlpatterns = [
    route("exports/shared/", views.share_list, name="list", get=Capability.SHARE),
    route("exports/shared/<uuid:share_id>/", views.openings, name="openings", get=Capability.SHARE),
    route("exports/shared/<uuid:share_id>/revoke/", views.revoke_share, name="revoke", post=Capability.SHARE),
    route(
        "exports/api/<uuid:service_id>/<record:remote_id>/share/",
        views.manage,
        name="manage",
        requires=Capability.SHARE,
    ),
    route(
        "exports/api/<uuid:service_id>/<record:remote_id>/share/rows/",
        slice_views.share_rows,
        name="rows",
        requires=Capability.SHARE,
    ),
    route("shared/<str:key>/", guests.guest_page, name="guest", get=Capability.ANYBODY),
    route("shared/<str:key>/file/", guests.guest_file, name="guest_file", post=Capability.ANYBODY),
]
