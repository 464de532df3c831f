"""URLs of the page *Conversions* and its file."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.conversions.views import ConversionsFileView, ConversionsView

app_name = "conversions"
urlpatterns = [
    route("", ConversionsView.as_view(), name="list", get=Capability.READ),
    route("conversions.csv", ConversionsFileView.as_view(), name="file", get=Capability.DOWNLOAD),
]
