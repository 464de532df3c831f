"""URLs of the person's own pages."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.accounts.sessions import views as session_views
from apps.accounts.views import PreferencesView, draft_restored

app_name = "accounts"
urlpatterns = [
    route("drafts/restore/", draft_restored, name="restore_draft", post=Capability.OWN_ACCOUNT),
    route("preferences/", PreferencesView.as_view(), name="preferences", requires=Capability.OWN_ACCOUNT),
    route("sessions/", session_views.session_list, name="sessions", get=Capability.OWN_ACCOUNT),
    route(
        "sessions/stay/",
        session_views.stay_signed_in,
        name="stay_signed_in",
        get=Capability.OWN_ACCOUNT,
    ),
    route(
        "sessions/<int:session_number>/end/",
        session_views.session_ended,
        name="end_session",
        post=Capability.OWN_ACCOUNT,
    ),
    route(
        "sessions/end-others/",
        session_views.other_sessions_ended,
        name="end_other_sessions",
        post=Capability.OWN_ACCOUNT,
    ),
]
