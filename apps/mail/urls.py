"""URLs of the mailbox pages."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.mail import views

app_name = "mail"
urlpatterns = [
    route("", views.mail_list, name="list", get=Capability.ANYBODY),
    route("<slug:name>/", views.mail_detail, name="detail", get=Capability.ANYBODY),
]
