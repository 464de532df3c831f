"""URLs of the report tables."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.reports.views import ReportView, zones
from apps.ui.waiting.frame_first import frame_first

app_name = "reports"
urlpatterns = [
    route("time-zones/", zones, name="zones", get=Capability.READ),
    route("<slug:report>/", frame_first(ReportView.as_view()), name="table", get=Capability.READ),
]
