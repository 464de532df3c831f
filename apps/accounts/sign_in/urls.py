"""URLs of the allauth pages that this site offers: sign-in, sign-out, password."""

from allauth.account import views
from django.urls import re_path

from apps.accounts.openid.signing_out import SignOutView
from apps.accounts.policy import Capability
from apps.accounts.routes import form_for, route, with_access
from apps.accounts.sign_in.views import SignInView
from apps.accounts.sign_in.without_passwords import unless_switched_off

urlpatterns = [
    route("login/", SignInView.as_view(), name="account_login", requires=Capability.ANYBODY),
    route("logout/", SignOutView.as_view(), name="account_logout", requires=Capability.ANYBODY),
    route("inactive/", views.account_inactive, name="account_inactive", get=Capability.ANYBODY),
    route("signup/", views.signup, name="account_signup", requires=Capability.ANYBODY),
    route(
        "password/change/",
        unless_switched_off(views.password_change),
        name="account_change_password",
        requires=Capability.OWN_ACCOUNT,
    ),
    route(
        "password/set/",
        unless_switched_off(views.password_set),
        name="account_set_password",
        requires=Capability.OWN_ACCOUNT,
    ),
    route(
        "password/reset/",
        unless_switched_off(views.password_reset),
        name="account_reset_password",
        requires=Capability.ANYBODY,
    ),
    route(
        "password/reset/done/",
        views.password_reset_done,
        name="account_reset_password_done",
        get=Capability.ANYBODY,
    ),
    route(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
        get=Capability.ANYBODY,
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        with_access(unless_switched_off(views.password_reset_from_key), form_for(Capability.ANYBODY)),
        name="account_reset_password_from_key",
    ),
]
