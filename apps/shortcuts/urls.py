"""The address of stars."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.shortcuts.views import star

app_name = "shortcuts"
urlpatterns = [route("star/", star, name="star", post=Capability.ARRANGE_LISTS)]
