"""Addresses of bulk runs."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.bulk import views
from apps.bulk.edit.views import EditFieldsView
from apps.ui.waiting.frame_first import frame_first

app_name = "bulk"
_BULK = Capability.ACT_IN_BULK
_POSTS = {
    "drop": views.drop,
    "include": views.include,
    "pause": views.pause,
    "recheck": views.recheck,
    "resume": views.resume,
    "retry": views.retry,
    "run": views.confirm,
    "schedule": views.schedule,
    "stop": views.stop,
    "undo": views.undo,
    "unschedule": views.unschedule,
}
urlpatterns = [
    route("", views.run_list, name="list", get=_BULK),
    route("chip/", views.chip, name="chip", get=_BULK),
    route("start/<slug:resource_name>/", views.StartView.as_view(), name="start", requires=_BULK),
    route("<uuid:run_id>/", frame_first(views.run_page), name="run", get=_BULK),
    route("<uuid:run_id>/edit/", frame_first(EditFieldsView.as_view()), name="edit", requires=_BULK),
    route("<uuid:run_id>/rows.csv", views.result_file, name="rows", get=_BULK),
    route("<uuid:run_id>/rows.xlsx", views.result_workbook, name="rows_xlsx", get=_BULK),
    *(
        route(f"<uuid:run_id>/{name}/", view, name="confirm" if name == "run" else name, post=_BULK)
        for name, view in _POSTS.items()
    ),
]
