"""URLs of the person's own pages."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.accounts.views import PreferencesView, draft_restored

app_name = "accounts"
urlpatterns = [
    route("drafts/restore/", draft_restored, name="restore_draft", post=Capability.OWN_ACCOUNT),
    route("preferences/", PreferencesView.as_view(), name="preferences", requires=Capability.OWN_ACCOUNT),
]
