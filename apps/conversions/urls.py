"""URLs of the page *Conversions* and its file."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.conversions.views import ConversionsFileView, ConversionsView
from apps.ui.waiting.frame_first import frame_first

app_name = "conversions"
urlpatterns = [
    route("", frame_first(ConversionsView.as_view()), name="list", get=Capability.READ),
    route("conversions.csv", ConversionsFileView.as_view(), name="file", get=Capability.DOWNLOAD),
]
