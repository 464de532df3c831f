"""Addresses of what is inside an export."""

from django.urls import path

from apps.look_inside import views

app_name = "look_inside"
_EXPORT = "api/<uuid:service_id>/<record:remote_id>/inside/"
urlpatterns = [
    path(_EXPORT, views.look_inside, name="open"),
    path(f"{_EXPORT}again/", views.try_again, name="again"),
    path(f"{_EXPORT}file/<slug:format_name>/", views.rows_file, name="file"),
]
