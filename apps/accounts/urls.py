"""URLs of the person's own pages."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.accounts.views import PreferencesView

app_name = "accounts"
urlpatterns = [
    route("preferences/", PreferencesView.as_view(), name="preferences", requires=Capability.OWN_ACCOUNT),
]
