"""Addresses of second factors and of the fresh proof: allauth's names, and only what this site offers."""

from apps.accounts.policy import Capability
from apps.accounts.routes import route
from apps.accounts.second_factor import views
from apps.accounts.step_up import views as proofs

OWN = Capability.OWN_SECOND_FACTOR
urlpatterns = [
    route(
        "login/code/", views.SignInCodeView.as_view(), name="mfa_authenticate", requires=Capability.ANYBODY
    ),
    route(
        "login/passkey/",
        views.PasskeySignInView.as_view(),
        name="mfa_login_webauthn",
        requires=Capability.ANYBODY,
    ),
    route("confirm/", proofs.PasswordProofView.as_view(), name="account_reauthenticate", requires=OWN),
    route("confirm/code/", proofs.CodeProofView.as_view(), name="mfa_reauthenticate", requires=OWN),
    route(
        "confirm/passkey/",
        proofs.PasskeyProofView.as_view(),
        name="mfa_reauthenticate_webauthn",
        requires=OWN,
    ),
    route("confirm/again/", proofs.SignInAgainView.as_view(), name="account_sign_in_again", get=OWN),
    route("security/", views.SecurityView.as_view(), name="mfa_index", get=OWN),
    route("security/app/", views.AddAppView.as_view(), name="mfa_activate_totp", requires=OWN, fresh=True),
    route(
        "security/app/remove/",
        views.RemoveAppView.as_view(),
        name="mfa_deactivate_totp",
        requires=OWN,
        fresh=True,
    ),
    route(
        "security/passkeys/new/",
        views.AddPasskeyView.as_view(),
        name="mfa_add_webauthn",
        requires=OWN,
        fresh=True,
    ),
    route(
        "security/passkeys/<int:number>/",
        views.RenamePasskeyView.as_view(),
        name="mfa_edit_webauthn",
        requires=OWN,
        fresh=True,
    ),
    route(
        "security/passkeys/<int:number>/remove/",
        views.RemovePasskeyView.as_view(),
        name="mfa_remove_webauthn",
        requires=OWN,
        fresh=True,
    ),
    route(
        "security/recovery-codes/",
        views.RecoveryCodesView.as_view(),
        name="mfa_view_recovery_codes",
        get=OWN,
        fresh=True,
    ),
    route(
        "security/recovery-codes/new/",
        views.NewRecoveryCodesView.as_view(),
        name="mfa_generate_recovery_codes",
        requires=OWN,
        fresh=True,
    ),
]
