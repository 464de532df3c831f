"""URLs of the notifications."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.notifications import views

app_name = "notifications"
urlpatterns = [
    route("", views.notification_list, name="list", get=Capability.OWN_ACCOUNT),
    route("recent/", views.recent, name="recent", get=Capability.OWN_ACCOUNT),
    # A page that stays open after its session ended goes on asking: that must not lead away from it.
    route("unread/", views.unread, name="unread", get=Capability.ANYBODY),
    route("read/", views.read_all, name="read_all", post=Capability.OWN_ACCOUNT),
    route("mail/", views.mail, name="mail", post=Capability.OWN_ACCOUNT),
    route("<int:notification_id>/", views.mark, name="mark", post=Capability.OWN_ACCOUNT),
]
