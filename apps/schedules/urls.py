"""Addresses of the schedules."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.schedules import form_views, views

app_name = "schedules"
urlpatterns = [
    route("", views.schedule_list, name="list", get=Capability.SCHEDULE),
    route("new/", form_views.schedule_create, name="create", requires=Capability.SCHEDULE),
    route("<uuid:schedule_id>/", views.schedule_detail, name="detail", get=Capability.SCHEDULE),
    route("<uuid:schedule_id>/edit/", form_views.schedule_edit, name="edit", requires=Capability.SCHEDULE),
    route("<uuid:schedule_id>/pause/", views.schedule_pause, name="pause", post=Capability.SCHEDULE),
    route("<uuid:schedule_id>/resume/", views.schedule_resume, name="resume", post=Capability.SCHEDULE),
    route("<uuid:schedule_id>/run/", views.schedule_run, name="run", post=Capability.SCHEDULE),
    route("<uuid:schedule_id>/delete/", views.schedule_delete, name="delete", requires=Capability.SCHEDULE),
]
