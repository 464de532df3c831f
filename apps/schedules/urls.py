"""Addresses of the schedules."""

from django.urls import path

from apps.schedules import form_views, views

app_name = "schedules"
urlpatterns = [
    path("", views.schedule_list, name="list"),
    path("new/", form_views.schedule_create, name="create"),
    path("<uuid:schedule_id>/", views.schedule_detail, name="detail"),
    path("<uuid:schedule_id>/edit/", form_views.schedule_edit, name="edit"),
    path("<uuid:schedule_id>/pause/", views.schedule_pause, name="pause"),
    path("<uuid:schedule_id>/resume/", views.schedule_resume, name="resume"),
    path("<uuid:schedule_id>/run/", views.schedule_run, name="run"),
    path("<uuid:schedule_id>/delete/", views.schedule_delete, name="delete"),
]
