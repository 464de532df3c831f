"""The addresses of columns and saved views."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.saved_views.column_views import ColumnsView
from apps.saved_views.views import (
    CreateViewView,
    DeleteViewView,
    EditViewView,
    list_of_views,
    save_view,
    set_default,
)

app_name = "saved_views"

_OWN = Capability.ARRANGE_LISTS

urlpatterns = [
    route(
        "<uuid:service_id>/<slug:list_name>/columns/", ColumnsView.as_view(), name="columns", requires=_OWN
    ),
    route("<uuid:service_id>/<slug:list_name>/views/", list_of_views, name="list", get=_OWN),
    route(
        "<uuid:service_id>/<slug:list_name>/views/new/",
        CreateViewView.as_view(),
        name="create",
        requires=_OWN,
    ),
    route("<uuid:service_id>/<slug:list_name>/views/default/", set_default, name="default", post=_OWN),
    route("views/<uuid:view_id>/", EditViewView.as_view(), name="edit", requires=_OWN),
    route("views/<uuid:view_id>/save/", save_view, name="save", post=_OWN),
    route("views/<uuid:view_id>/delete/", DeleteViewView.as_view(), name="delete", requires=_OWN),
]
