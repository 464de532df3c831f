"""URLs of signing in at an OpenID provider."""

from apps.accounts.openid.views import openid_callback, openid_confirm, openid_start
from apps.accounts.policy import Capability
from apps.accounts.routes import route

urlpatterns = [
    route("start/", openid_start, name="openid_start", post=Capability.ANYBODY),
    route("confirm/", openid_confirm, name="openid_confirm", post=Capability.OWN_SECOND_FACTOR),
    route("callback/", openid_callback, name="openid_callback", get=Capability.ANYBODY),
]
