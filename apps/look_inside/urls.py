"""URLs of the page *Preview and analyse* and its files."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.look_inside import file_views, other_exports, saved, views

app_name = "look_inside"
_EXPORT = "api/<uuid:service_id>/<record:remote_id>/inside/"
urlpatterns = [
    route(_EXPORT, views.look_inside, name="open", get=Capability.LOOK_INSIDE),
    route(f"{_EXPORT}again/", views.try_again, name="again", post=Capability.LOOK_INSIDE),
    route(f"{_EXPORT}file/<slug:format_name>/", file_views.rows_file, name="file", get=Capability.DOWNLOAD),
    route(f"{_EXPORT}saved/", saved.save_analysis, name="save", post=Capability.LOOK_INSIDE),
    route(f"{_EXPORT}others/", other_exports.others, name="others", get=Capability.LOOK_INSIDE),
    route(
        f"{_EXPORT}figures/<slug:format_name>/",
        file_views.figures_file,
        name="figures",
        get=Capability.DOWNLOAD,
    ),
]
